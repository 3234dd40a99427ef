//! Calls of the host in place of instructions.

use super::{
    assembler::Assembler,
    helper::Helper,
    host_table::Target,
    opcode,
    scratch::{Class, Scratch},
};

/// A call of a helper, whose first operands are those of the instruction.
pub(super) struct Call {
    pub(super) helper: Helper,
    /// What makes the operands of the instruction those of the helper.
    pub(super) operands: Operands,
    /// The operands behind those of the instruction.
    pub(super) constants: [Option<Constant>; 2],
    /// What makes the result of the helper that of the instruction.
    pub(super) result: &'static [u8],
}

/// What makes the operands of an instruction those of a helper.
#[derive(Clone, Copy)]
pub(super) enum Operands {
    /// Instructions that convert the last one.
    Last(&'static [u8]),
    /// The last two are extended from `i32` to `i64`.
    ExtendTwo,
}

/// An operand that is known.
#[derive(Clone, Copy)]
pub(super) enum Constant {
    I32(u32),
    I64(u64),
}

impl Call {
    /// A call with the operands and the result of the instruction, and more operands.
    pub(super) fn new(helper: Helper, constants: [Option<Constant>; 2]) -> Self {
        Self { helper, operands: Operands::Last(&[]), constants, result: &[] }
    }

    /// How many local variables the call needs.
    pub(super) fn scratch(&self) -> Scratch {
        match self.operands {
            Operands::Last(_) => Scratch::default(),
            Operands::ExtendTwo => {
                let mut scratch = Scratch::default();
                scratch.take(Class::I32);
                scratch
            }
        }
    }

    /// Emits the call.
    pub(super) fn write(
        &self,
        assembler: &mut Assembler<'_, '_>,
        mut scratch: Scratch,
        target: Target,
    ) {
        match self.operands {
            Operands::Last(conversion) => assembler.instructions(conversion),
            Operands::ExtendTwo => {
                let last = scratch.take(Class::I32);
                assembler.local(opcode::LOCAL_SET, last);
                assembler.instructions(&[opcode::I64_EXTEND_I32_U]);
                assembler.local(opcode::LOCAL_GET, last);
                assembler.instructions(&[opcode::I64_EXTEND_I32_U]);
            }
        }
        for constant in self.constants.into_iter().flatten() {
            match constant {
                Constant::I32(value) => assembler.i32_const(value.cast_signed()),
                Constant::I64(value) => assembler.i64_const(value.cast_signed()),
            }
        }
        assembler.call(target);
        assembler.instructions(self.result);
    }
}
