//! Finding the instructions of a function body to change.

use super::{
    change::Change,
    error::PrepareError,
    lookup::at,
    memories::MemoryDecl,
    mend::{Instruction, Signs},
    opcode,
    reader::Reader,
    tables::TableDecl,
};
use crate::interruption_feature::Interruptible;
use crate::threads_feature::Threads;
use core::ops::Range;

/// What has to be known of a module to find what to change in its bodies.
pub(super) struct Finder<'a> {
    pub(super) module: &'a [u8],
    /// Whether atomic instructions are lowered.
    pub(super) threads: Option<Threads>,
    /// Whether operations that may take long are the host's.
    pub(super) interruption: Option<Interruptible>,
    pub(super) memories: &'a [MemoryDecl],
    pub(super) tables: &'a [TableDecl],
    /// The number of data segments, if the module says it ahead of its code.
    pub(super) segments: Option<u32>,
}

impl Finder<'_> {
    /// Whether a body with these signs may have an instruction to change.
    pub(super) fn may_change(&self, signs: Signs) -> bool {
        signs.changes || signs.slow && self.interruption.is_some() || self.locks()
    }

    /// Whether any memory is locked, so that instructions of many kinds may change.
    fn locks(&self) -> bool {
        self.memories.iter().any(MemoryDecl::is_locked)
    }

    /// Calls `each` with every instruction of a body to change, and where it is.
    ///
    /// The function has `locals` local variables; references to more, which the pass is going to
    /// append, are refused.
    pub(super) fn changes(
        &self,
        body: Range<usize>,
        locals: u32,
        mut each: impl FnMut(Range<usize>, Change) -> Result<(), PrepareError>,
    ) -> Result<(), PrepareError> {
        let locks = self.locks();
        let end = body.end;
        let start = Reader::new(self.module, body).body()?.position();
        let mut instruction = Instruction { end: start, ..Instruction::default() };
        while instruction.end < end {
            let start = instruction.end;
            if instruction.advance(self.module, end).is_none() {
                // It says what is wrong.
                Reader::new(self.module, start..end).operator()?;
                break;
            }
            let opcode = instruction.opcode;
            if let opcode::LOCAL_GET..=opcode::LOCAL_TEE = opcode
                && instruction.index >= locals
            {
                let message = "unknown local: local index out of bounds";
                return Err(PrepareError::invalid(start, message));
            }
            let may_change = match opcode {
                opcode::MISCELLANEOUS | opcode::ATOMIC => true,
                opcode::MEMORY_GROW => locks || self.interruption.is_some(),
                _ => locks,
            };
            if !may_change {
                continue;
            }
            let instruction = start..instruction.end;
            if let Some(change) = self.change(instruction.clone())? {
                each(instruction, change)?;
            }
        }
        Ok(())
    }

    /// Checks that there is a data segment of that index.
    pub(super) fn check_segment(&self, segment: u32, at: usize) -> Result<(), PrepareError> {
        let Some(segments) = self.segments else {
            return Err(PrepareError::invalid(at, "data count section required"));
        };
        if segment < segments {
            return Ok(());
        }
        Err(PrepareError::invalid(at, "unknown data segment"))
    }

    /// The memory of that index.
    pub(super) fn memory(&self, index: u32, offset: usize) -> Result<&MemoryDecl, PrepareError> {
        at(self.memories, index).ok_or_else(|| {
            PrepareError::invalid(offset, "unknown memory: memory index out of bounds")
        })
    }

    /// The memory of that index if it is the host that does to it what may take long.
    pub(super) fn slow(&self, index: u32) -> Option<&MemoryDecl> {
        at(self.memories, index).filter(|memory| memory.is_locked() || self.interruption.is_some())
    }

    /// The memory of that index if it is locked.
    pub(super) fn locked(&self, index: u32) -> Option<&MemoryDecl> {
        at(self.memories, index).filter(|memory| memory.is_locked())
    }
}
