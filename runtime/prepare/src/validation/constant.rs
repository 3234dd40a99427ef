//! Constant expressions.

use super::super::opcode::{
    self, F32, F32_CONST, F64, F64_CONST, FUNCREF, GLOBAL_GET, I32, I32_CONST, I64, I64_CONST,
    REF_FUNC, REF_NULL,
};
use super::{cursor::Cursor, fault::Fault, function::Function, known::Known, types};

const I32_MUL: u8 = 0x6c;
const I64_MUL: u8 = 0x7e;

/// Checks a constant expression, which gives a value of this type.
#[inline(never)]
pub(super) fn check(
    known: &mut Known,
    function: &mut Function,
    cursor: &mut Cursor<'_>,
    ty: u8,
) -> Result<(), Fault> {
    function.begin_constant();
    loop {
        let opcode = cursor.byte()?;
        let given = match opcode {
            opcode::END => break,
            I32_CONST => {
                cursor.signed(32)?;
                I32
            }
            I64_CONST => {
                cursor.signed(64)?;
                I64
            }
            F32_CONST => {
                cursor.skip(4)?;
                F32
            }
            F64_CONST => {
                cursor.skip(8)?;
                F64
            }
            REF_NULL => types::heap(cursor)?,
            REF_FUNC => {
                known.refer(cursor.u32()?)?;
                FUNCREF
            }
            GLOBAL_GET => {
                let index = cursor.u32()?;
                let global = known.global(index)?;
                if index as usize >= known.imported_globals || global.mutable {
                    return Err(Fault::NotConstant);
                }
                global.ty
            }
            opcode::I32_ADD | opcode::I32_SUB | I32_MUL => {
                function.pop(I32)?;
                function.pop(I32)?;
                I32
            }
            opcode::I64_ADD | opcode::I64_SUB | I64_MUL => {
                function.pop(I64)?;
                function.pop(I64)?;
                I64
            }
            #[cfg(feature = "simd")]
            opcode::VECTOR => {
                super::vector::constant(cursor)?;
                opcode::V128
            }
            _ => return Err(Fault::NotConstant),
        };
        function.push(given)?;
    }
    function.pop(ty)?;
    function.is_empty()
}
