//! Checking one instruction.

use super::super::opcode::{
    ATOMIC, BLOCK, BRANCH, BRANCH_IF, BRANCH_TABLE, CALL, CALL_INDIRECT, DROP, ELSE, END, F32,
    F32_CONST, F64, F64_CONST, FUNCREF, GLOBAL_GET, GLOBAL_SET, I32, I32_CONST, I32_LOAD, I64,
    I64_CONST, I64_STORE32, IF, LOCAL_GET, LOCAL_SET, LOCAL_TEE, LOOP, MEMORY_GROW, MEMORY_SIZE,
    MISCELLANEOUS, NOP, REF_FUNC, REF_IS_NULL, REF_NULL, RETURN, RETURN_CALL, RETURN_CALL_INDIRECT,
    SELECT, SELECT_TYPED, TABLE_GET, TABLE_SET, UNREACHABLE,
};
use super::{
    cursor::Cursor,
    fault::Fault,
    frame::BlockType,
    function::Function,
    known::Known,
    plain::{PLAIN, access},
    types, value,
    weight::OTHER,
};

/// What is wrong with an instruction that is not known.
#[cold]
const fn unknown(opcode: u8) -> Fault {
    match opcode {
        0x06..=0x0a | 0x18 | 0x19 | 0x1f => Fault::Exceptions,
        0x14 | 0x15 => Fault::FunctionReferences,
        0xd3..=0xd6 | 0xfb => Fault::Gc,
        0xe0..=0xe5 => Fault::StackSwitching,
        0xfd => Fault::Simd,
        0xfe => Fault::Threads,
        _ => Fault::IllegalOpcode,
    }
}

impl Function {
    /// Checks the next instruction, and returns whether the function has ended.
    #[inline(always)]
    pub(super) fn step(&mut self, known: &Known, cursor: &mut Cursor<'_>) -> Result<bool, Fault> {
        self.at = cursor.position();
        let opcode = cursor.next().ok_or(Fault::EndMissing)?;
        let plain = PLAIN[usize::from(opcode)];
        if plain.takes > 0 {
            self.weight.code(OTHER);
            self.plain(plain)?;
            return Ok(false);
        }
        match opcode {
            LOCAL_GET => {
                let ty = self.locals.get(cursor.index()?)?;
                self.gets(ty)?;
            }
            LOCAL_SET => {
                let ty = self.locals.get(cursor.index()?)?;
                self.takes(ty)?;
            }
            LOCAL_TEE => {
                let ty = self.locals.get(cursor.index()?)?;
                self.takes(ty)?;
                self.gets(ty)?;
            }
            I32_CONST => {
                if !cursor.takes_short() {
                    cursor.signed(32)?;
                }
                self.gets(I32)?;
            }
            I32_LOAD..=I64_STORE32 => self.access(known, cursor, opcode)?,
            END => {
                self.weight.code(OTHER);
                return self.exit(known);
            }
            _ => self.rare(known, cursor, opcode)?,
        }
        Ok(false)
    }

    fn access(&mut self, known: &Known, cursor: &mut Cursor<'_>, opcode: u8) -> Result<(), Fault> {
        let access = access(opcode);
        let (address, _) = Self::argument(known, cursor, access.alignment)?;
        if access.stores {
            self.pop(access.ty)?;
            self.pop(address)
        } else {
            self.pop(address)?;
            self.push(access.ty)
        }
    }

    /// Reads the immediates of an access, and returns the type of its address and the alignment, which is this at
    /// most.
    pub(super) fn argument(
        known: &Known,
        cursor: &mut Cursor<'_>,
        alignment: u32,
    ) -> Result<(u8, u32), Fault> {
        const HAS_MEMORY: u32 = 1 << 6;
        let flags = cursor.index()?;
        let memory = if flags & HAS_MEMORY == 0 { 0 } else { cursor.u32()? };
        let given = flags & !HAS_MEMORY;
        if given >= HAS_MEMORY {
            return Err(Fault::AlignmentTooLarge);
        }
        let offset =
            if cfg!(feature = "memory64") { cursor.u64()? } else { cursor.index()?.into() };
        let address = known.memory(memory)?;
        if given > alignment {
            return Err(Fault::Alignment);
        }
        if cfg!(feature = "memory64") && address == I32 && offset > u64::from(u32::MAX) {
            return Err(Fault::Offset);
        }
        Ok((address, given))
    }

    fn rare(&mut self, known: &Known, cursor: &mut Cursor<'_>, opcode: u8) -> Result<(), Fault> {
        self.weight.code(OTHER);
        match opcode {
            UNREACHABLE => self.leave(),
            NOP => {}
            BLOCK | LOOP | IF => {
                let ty = BlockType::read(known, cursor)?;
                if opcode == IF {
                    self.pop(I32)?;
                }
                self.pop_all(ty.parameters(known)?)?;
                self.enter(known, opcode, ty)?;
            }
            ELSE => self.other(known)?,
            BRANCH => {
                let target = self.target(cursor.index()?)?;
                self.pop_all(target.label(known)?)?;
                self.leave();
            }
            BRANCH_IF => {
                let target = self.target(cursor.index()?)?;
                self.pop(I32)?;
                let label = target.label(known)?;
                self.pop_all(label)?;
                self.push_all(label)?;
            }
            BRANCH_TABLE => self.branch_table(known, cursor)?,
            RETURN => self.give_back(known)?,
            CALL => {
                let ty = known.function(cursor.index()?)?;
                self.call(known, ty)?;
            }
            CALL_INDIRECT => {
                let ty = self.indirect(known, cursor)?;
                self.call(known, ty)?;
            }
            RETURN_CALL => {
                let ty = known.function(cursor.index()?)?;
                self.tail_call(known, ty)?;
            }
            RETURN_CALL_INDIRECT => {
                let ty = self.indirect(known, cursor)?;
                self.tail_call(known, ty)?;
            }
            DROP => drop(self.pop_any()?),
            SELECT => self.select()?,
            SELECT_TYPED => {
                if cursor.u32()? != 1 {
                    return Err(Fault::SelectArity);
                }
                let ty = types::value(cursor)?;
                self.pop_all(&[ty, ty, I32])?;
                self.push(ty)?;
            }
            GLOBAL_GET => {
                let global = known.global(cursor.u32()?)?;
                self.push(global.ty)?;
            }
            GLOBAL_SET => {
                let global = known.global(cursor.u32()?)?;
                if !global.mutable {
                    return Err(Fault::ImmutableGlobal);
                }
                self.pop(global.ty)?;
            }
            TABLE_GET => {
                let table = known.table(cursor.u32()?)?;
                self.pop(table.address())?;
                self.push(table.element)?;
            }
            TABLE_SET => {
                let table = known.table(cursor.u32()?)?;
                self.pop(table.element)?;
                self.pop(table.address())?;
            }
            MEMORY_SIZE => {
                let address = known.memory(cursor.u32()?)?;
                self.push(address)?;
            }
            MEMORY_GROW => {
                let address = known.memory(cursor.u32()?)?;
                self.pop(address)?;
                self.push(address)?;
            }
            I64_CONST => {
                cursor.signed(64)?;
                self.push(I64)?;
            }
            F32_CONST => {
                cursor.skip(4)?;
                self.push(F32)?;
            }
            F64_CONST => {
                cursor.skip(8)?;
                self.push(F64)?;
            }
            REF_NULL => {
                let ty = types::heap(cursor)?;
                self.push(ty)?;
            }
            REF_IS_NULL => {
                let ty = self.pop_any()?;
                if ty != value::BOTTOM && !value::is_reference(ty) {
                    return Err(Fault::TypeMismatch);
                }
                self.push(I32)?;
            }
            REF_FUNC => {
                let index = cursor.u32()?;
                known.function(index)?;
                if !known.is_referenced(index) {
                    return Err(Fault::UndeclaredReference);
                }
                self.push(FUNCREF)?;
            }
            MISCELLANEOUS => self.miscellaneous(known, cursor)?,
            ATOMIC if known.proposals.threads() => self.atomic(known, cursor)?,
            #[cfg(feature = "simd")]
            super::super::opcode::VECTOR => self.vector(known, cursor)?,
            _ => return Err(unknown(opcode)),
        }
        Ok(())
    }

    fn select(&mut self) -> Result<(), Fault> {
        self.pop(I32)?;
        let one = self.pop_any()?;
        let other = self.pop_any()?;
        let differ = one != other && one != value::BOTTOM && other != value::BOTTOM;
        if differ || value::is_reference(one) || value::is_reference(other) {
            return Err(Fault::SelectTypes);
        }
        self.push(one.max(other))
    }
}
