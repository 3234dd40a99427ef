//! Finding the instructions of a function body to change.

use super::{
    change::Change, error::PrepareError, lookup::at, memories::MemoryDecl, opcode, reader::Reader,
    suspect, tables::TableDecl,
};
use crate::interruption_feature::Interruptible;
use crate::threads_feature::Threads;
use core::ops::Range;
use wasmparser::Operator;

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
    /// Whether a body may have an instruction to change, by its bytes alone.
    pub(super) fn may_change(&self, body: Range<usize>) -> bool {
        let bytes = self.module.get(body).unwrap_or_default();
        self.locks() || self.interruption.is_some() || suspect::may_change(bytes)
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
        let mut operators = Reader::new(self.module, body).body()?;
        while !operators.is_empty() {
            let start = operators.position();
            match operators.operator()? {
                Operator::LocalGet { local_index }
                | Operator::LocalSet { local_index }
                | Operator::LocalTee { local_index }
                    if local_index >= locals =>
                {
                    let message = "unknown local: local index out of bounds";
                    return Err(PrepareError::invalid(start, message));
                }
                _ => {}
            }
            let opcode = self.module.get(start).copied().unwrap_or_default();
            let may_change = match opcode {
                opcode::MISCELLANEOUS | opcode::ATOMIC => true,
                opcode::MEMORY_GROW => locks || self.interruption.is_some(),
                _ => locks,
            };
            if !may_change {
                continue;
            }
            let instruction = start..operators.position();
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
