//! Fault 9: growing a memory that is the first one, too, leaves the first one as it was.
//!
//! The interpreter keeps the place and the length of the first memory while a function runs. Where a
//! module imports one memory twice and grows the second, they are stale until a call leaves the
//! module: accesses to the new pages trap, or reach memory that has been given back.
//!
//! Growing the first memory by nothing takes up its place and length again. The number of pages must
//! not be known to be 0, or it is not grown at all.

use super::{
    super::{assembler::Assembler, opcode},
    facts::Facts,
    instruction::Instruction,
};

pub(super) const FAULT: &str = "prepared module with an unmended memory.grow";

/// The memory that is grown by nothing.
const FIRST: u8 = 0;

/// A `memory.grow` to be mended.
#[derive(Debug, Clone, Copy)]
pub(super) struct MemoryGrow {
    /// Whether addresses of the first memory have 64 bits.
    wide: bool,
}

impl MemoryGrow {
    /// The fault, if the instruction that grows a memory is one.
    pub(super) fn fault(facts: &Facts<'_>, instruction: &Instruction) -> Option<Self> {
        let first = facts.first_if_imported_with(instruction.index)?;
        let grow = Self { wide: first.ty.is_64() };
        let behind = facts.module.get(instruction.end..).unwrap_or_default();
        (!behind.starts_with(&grow.code())).then_some(grow)
    }

    /// Emits what follows the instruction.
    pub(super) fn write(self, assembler: &mut Assembler<'_, '_>) {
        assembler.instructions(&self.code());
    }

    const fn code(self) -> [u8; 8] {
        let subtract = if self.wide { opcode::I64_SUB } else { opcode::I32_SUB };
        let size = [opcode::MEMORY_SIZE, FIRST];
        let [size, first] = size;
        [size, first, size, first, subtract, opcode::MEMORY_GROW, first, opcode::DROP]
    }
}
