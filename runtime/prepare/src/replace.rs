//! Which instructions are replaced by what.

use super::{
    atomics::{self, AtomicInstruction, Inline, Operation},
    call::{Call, Constant},
    change::Change,
    error::PrepareError,
    find::Finder,
    helper::{Helper, ReferenceType},
    locked, lookup,
    memories::MemoryDecl,
    memory_argument::MemoryArgument,
    opcode,
    reader::Reader,
    scratch::Class,
    table_pieces::TablePieces,
    tables::TableDecl,
};
use crate::interruption_feature::Interruptible;
use crate::threads_feature::Threads;
use core::ops::Range;

type Found = Result<Option<Change>, PrepareError>;

impl Finder<'_> {
    /// What takes the place of an instruction that has been decoded.
    pub(super) fn change(&self, instruction: Range<usize>) -> Found {
        let at = instruction.start;
        let mut reader = Reader::new(self.module, instruction);
        match reader.byte()? {
            opcode::MEMORY_SIZE => {
                let memory = reader.var_u32()?;
                on(self.locked(memory), memory, |wide| Helper::Size { wide })
            }
            opcode::MEMORY_GROW => {
                let memory = reader.var_u32()?;
                on(self.slow(memory), memory, |wide| Helper::Grow { wide })
            }
            opcode::MISCELLANEOUS => self.miscellaneous(at, reader),
            opcode::VECTOR => self.vector(at, reader),
            opcode::ATOMIC => match Threads::POSSIBLE {
                Some(threads) => self.atomic(threads, at, reader),
                None => Ok(Some(Change::NeedsThreads)),
            },
            opcode => match locked::plain(opcode) {
                Some(plain) => self.plain(at, plain, reader),
                None => Ok(None),
            },
        }
    }

    fn miscellaneous(&self, at: usize, mut reader: Reader<'_>) -> Found {
        match reader.var_u32()? {
            opcode::MEMORY_INIT => {
                let segment = reader.var_u32()?;
                let memory = reader.var_u32()?;
                let helper = Helper::MemoryInit { wide: self.memory(memory, at)?.ty.is_64() };
                self.check_segment(segment, at)?;
                call(helper, [Some(Constant::I32(segment)), Some(Constant::I32(memory))])
            }
            opcode::DATA_DROP => {
                let segment = reader.var_u32()?;
                self.check_segment(segment, at)?;
                call(Helper::DataDrop, [Some(Constant::I32(segment)), None])
            }
            opcode::MEMORY_COPY => {
                let (to, from) = (reader.var_u32()?, reader.var_u32()?);
                self.copy(at, to, from)
            }
            opcode::MEMORY_FILL => {
                let memory = reader.var_u32()?;
                on(self.slow(memory), memory, |wide| Helper::Fill { wide })
            }
            opcode::TABLE_GROW if self.threads.is_some() || self.interruption.is_some() => {
                let table = reader.var_u32()?;
                let TableDecl { wide, ty: Some(ty) } = self.table(table, at)? else {
                    return Err(unknown_table(at));
                };
                call(Helper::TableGrow { table, wide, ty }, [None, None])
            }
            operation @ (opcode::TABLE_INIT | opcode::TABLE_COPY | opcode::TABLE_FILL) => {
                match self.interruption {
                    Some(interruption) => self.pieces(interruption, operation, at, reader),
                    None => Ok(None),
                }
            }
            opcode::TABLE_GROW => Ok(Some(Change::NeedsThreads)),
            _ => Ok(None),
        }
    }

    /// An instruction on many elements, in pieces unless a table is a 64-bit one.
    fn pieces(
        &self,
        _proof: Interruptible,
        opcode: u32,
        at: usize,
        mut reader: Reader<'_>,
    ) -> Found {
        // Of `table.init` the segment.
        let other = reader.var_u32()?;
        let table = match opcode {
            opcode::TABLE_FILL => self.table(other, at)?,
            _ => self.table(reader.var_u32()?, at)?,
        };
        let overlaps = opcode == opcode::TABLE_COPY;
        let is_wide = table.wide || overlaps && self.table(other, at)?.wide;
        let second = match table.ty {
            _ if opcode != opcode::TABLE_FILL => Class::I32,
            Some(ReferenceType::FuncRef) => Class::FuncRef,
            Some(ReferenceType::ExternRef) => Class::ExternRef,
            None => return Ok(None),
        };
        Ok((!is_wide).then_some(Change::Pieces(TablePieces { _proof, second, overlaps })))
    }

    fn table(&self, index: u32, at: usize) -> Result<TableDecl, PrepareError> {
        lookup::at(self.tables, index).copied().ok_or_else(|| unknown_table(at))
    }

    fn atomic(&self, threads: Threads, at: usize, mut reader: Reader<'_>) -> Found {
        let Some(instruction) = atomics::decode(reader.var_u32()?) else { return Ok(None) };
        let AtomicInstruction { operation, long, width } = instruction;
        if operation == Operation::Fence {
            return Ok(Some(Change::Nothing));
        }
        let argument = MemoryArgument::read(&mut reader)?;
        if argument.align != u32::from(width) {
            let message = "atomic instructions must always specify maximum alignment";
            return Err(PrepareError::invalid(at, message));
        }
        let memory = self.memory(argument.memory, at)?;
        let wide = memory.ty.is_64();
        argument.check_offset(wide, at)?;
        let helper = match (operation, long) {
            (Operation::Notify, _) => Helper::Notify { wide },
            (Operation::Wait, false) => Helper::Wait32 { wide },
            (Operation::Wait, true) => Helper::Wait64 { wide },
            _ if memory.is_locked() => {
                return Ok(Some(Change::Call(locked::atomic_call(instruction, &argument, wide))));
            }
            _ => {
                return Ok(Some(Change::Inline(Inline {
                    _proof: threads,
                    instruction,
                    argument,
                    wide,
                })));
            }
        };
        call(helper, [Constant::I64(argument.offset), Constant::I32(argument.memory)].map(Some))
    }

    /// A load or store.
    fn plain(&self, at: usize, plain: locked::Plain, mut reader: Reader<'_>) -> Found {
        let argument = MemoryArgument::read(&mut reader)?;
        let Some(memory) = self.locked(argument.memory) else { return Ok(None) };
        if argument.align > u32::from(plain.width) {
            let message = "malformed memop alignment: alignment must not be larger than natural";
            return Err(PrepareError::invalid(at, message));
        }
        let wide = memory.ty.is_64();
        argument.check_offset(wide, at)?;
        Ok(Some(Change::Call(locked::plain_call(plain, &argument, wide))))
    }

    fn copy(&self, at: usize, to: u32, from: u32) -> Found {
        if self.slow(to).is_none() && self.slow(from).is_none() {
            return Ok(None);
        }
        let to_wide = self.memory(to, at)?.ty.is_64();
        let from_wide = self.memory(from, at)?.ty.is_64();
        let helper = Helper::Copy { to_wide, from_wide };
        call(helper, [Some(Constant::I32(to)), Some(Constant::I32(from))])
    }

    /// A vector instruction, which can't be a call.
    fn vector(&self, at: usize, mut reader: Reader<'_>) -> Found {
        if !matches!(reader.var_u32()?, 0..=11 | 84..=93) {
            return Ok(None);
        }
        let argument = MemoryArgument::read(&mut reader)?;
        match self.locked(argument.memory) {
            Some(_) => Err(PrepareError::invalid(at, "vector access to a locked memory")),
            None => Ok(None),
        }
    }
}

#[cold]
fn unknown_table(at: usize) -> PrepareError {
    PrepareError::invalid(at, "unknown table: table index out of bounds")
}

/// An instruction whose only immediate is a memory, if the host has that.
fn on(decl: Option<&MemoryDecl>, memory: u32, helper: fn(bool) -> Helper) -> Found {
    let Some(decl) = decl else { return Ok(None) };
    call(helper(decl.ty.is_64()), [Some(Constant::I32(memory)), None])
}

fn call(helper: Helper, constants: [Option<Constant>; 2]) -> Found {
    Ok(Some(Change::Call(Call::new(helper, constants))))
}
