//! Code that the interpreter translates wrongly, and what is written in its place.
//!
//! Each fault is one of `wasmi` 2.0.0, found by comparing it with other engines; the file named here
//! says what code has it, and what the mended code is. All of them put instructions before one of
//! the module's or in its place, or give the function a local variable more.
//!
//! | fault | code | in its place |
//! |---|---|---|
//! | 1 [`tail_call`] | a function without parameters and local variables calls what may end in a tail call of the host | one local variable |
//! | 2 [`select`] | `select` by a comparison with zero | a constant that is dropped |
//! | 3 [`store`] | an integer store of a local variable at itself | the value, combined with 0 |
//! | 4 [`block_parameters`] | a block with parameters above a local variable | an empty block before it |
//! | 5 [`loop_parameters`] | a loop likewise | the same |
//! | 6 [`if_parameters`] | an `if` with parameters | the same |
//! | 7 [`branch_table`] | `br_table` with values above operands that no target keeps | one without values, and branches with them |
//! | 8 [`promote`] | `f64.promote_f32` of what may be a signalling NaN | the operand, multiplied by 1 |
//! | 9 [`memory_grow`] | `memory.grow` of an imported memory that may be the first one, too | the first one, grown by 0 behind it |
//!
//! To find them, [`walk`] follows what the interpreter's translator does with its operands, as far
//! as these faults depend on it. Where it can't tell, it takes the code to be faulty: mended code
//! means the same whatever it was for.

pub(super) mod arity;
mod block_parameters;
mod branch_table;
mod calls;
mod control;
mod effect;
mod facts;
mod frame;
mod glance;
mod if_parameters;
mod instruction;
mod loop_parameters;
mod memory_grow;
mod operand;
mod plain;
mod promote;
mod select;
mod signature;
mod signs;
mod skip;
mod stack;
mod store;
mod suspect;
mod tail_call;
mod tail_callers;
mod walk;

pub(super) use facts::{Facts, PreparedFacts};
pub(super) use instruction::{Instruction, take_access};
pub(super) use signs::Signs;

use super::{assembler::Assembler, error::PrepareError, opcode, scratch::Scratch};
use alloc::vec::Vec;
use branch_table::BranchTable;
use core::ops::Range;
use memory_grow::MemoryGrow;
use walk::Walk;

/// What is written before an instruction, or in its place.
#[derive(Debug, Clone, Copy)]
enum Mend {
    /// Nothing; the function gets a local variable.
    TailCall,
    Select,
    /// Whether the value is an `i64`.
    Store {
        long: bool,
    },
    BlockParameters,
    LoopParameters,
    IfParameters,
    BranchTable(BranchTable),
    Promote,
    MemoryGrow(MemoryGrow),
}

impl Mend {
    /// The fault that makes it necessary.
    fn fault(&self) -> &'static str {
        match self {
            Self::TailCall => tail_call::FAULT,
            Self::Select => select::FAULT,
            Self::Store { .. } => store::FAULT,
            Self::BlockParameters => block_parameters::FAULT,
            Self::LoopParameters => loop_parameters::FAULT,
            Self::IfParameters => if_parameters::FAULT,
            Self::BranchTable(_) => branch_table::FAULT,
            Self::Promote => promote::FAULT,
            Self::MemoryGrow(_) => memory_grow::FAULT,
        }
    }

    /// How many local variables it needs.
    fn scratch(&self, module: &[u8]) -> Result<Scratch, PrepareError> {
        match self {
            Self::TailCall => Ok(tail_call::scratch()),
            Self::BranchTable(table) => table.scratch(module),
            _ => Ok(Scratch::default()),
        }
    }

    /// Emits it.
    fn write(
        &self,
        module: &[u8],
        assembler: &mut Assembler<'_, '_>,
        scratch: Scratch,
    ) -> Result<(), PrepareError> {
        match self {
            Self::TailCall => {}
            Self::Select => select::write(assembler),
            Self::Store { long } => store::write(assembler, *long),
            Self::BlockParameters | Self::LoopParameters | Self::IfParameters => {
                assembler.instructions(&[opcode::BLOCK, opcode::EMPTY, opcode::END]);
            }
            Self::BranchTable(table) => table.write(module, assembler, scratch)?,
            Self::Promote => promote::write(assembler),
            Self::MemoryGrow(grow) => grow.write(assembler),
        }
        Ok(())
    }
}

/// A place in a module where something needs mending.
#[derive(Debug, Clone, Copy)]
pub(super) struct MendSite {
    /// The byte of the module where the instruction begins.
    pub(super) at: usize,
    mend: Mend,
}

impl MendSite {
    /// How many local variables the mended code needs.
    pub(super) fn scratch(&self, module: &[u8]) -> Result<Scratch, PrepareError> {
        self.mend.scratch(module)
    }

    /// Where what of the module is emitted goes on behind it.
    pub(super) fn end(&self) -> usize {
        match &self.mend {
            Mend::BranchTable(table) => table.end(),
            _ => self.at,
        }
    }

    /// Emits what is written before the instruction, or in its place.
    pub(super) fn write(
        &self,
        module: &[u8],
        assembler: &mut Assembler<'_, '_>,
        scratch: Scratch,
    ) -> Result<(), PrepareError> {
        self.mend.write(module, assembler, scratch)
    }

    /// Why a module that is said to have been mended is refused.
    pub(super) fn unmended(&self) -> PrepareError {
        PrepareError::invalid(self.at, self.mend.fault())
    }
}

/// Appends to `found` what to mend in a function body, in order, and returns what else it has.
///
/// # Errors
///
/// If there is an operator that the interpreter would take too much heap to decode.
pub(super) fn find(
    facts: &mut Facts<'_>,
    function: Function,
    found: &mut Vec<MendSite>,
) -> Result<Signs, PrepareError> {
    let signs = suspect::look(facts, &function)?;
    if signs.mends {
        Walk::new(facts, function, found)?.all()?;
    }
    Ok(signs)
}

/// A function that the module defines.
#[derive(Debug, Clone)]
pub(super) struct Function {
    /// The index of its type.
    pub(super) ty: u32,
    /// Where its body is.
    pub(super) body: Range<usize>,
}
