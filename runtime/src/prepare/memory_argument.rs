//! The immediates of an access to memory.

use super::{PrepareError, reader::Reader};
use core::ops::Range;

/// The immediates of an access to memory.
pub(super) struct MemoryArgument {
    /// Where they are.
    pub(super) immediates: Range<usize>,
    /// The alignment as a power of two.
    pub(super) align: u32,
    pub(super) memory: u32,
    pub(super) offset: u64,
}

impl MemoryArgument {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, PrepareError> {
        const HAS_MEMORY: u32 = 1 << 6;
        let start = reader.position();
        let flags = reader.var_u32()?;
        let memory = if flags & HAS_MEMORY != 0 { reader.var_u32()? } else { 0 };
        let offset = reader.var_u64()?;
        let immediates = start..reader.position();
        Ok(Self { immediates, align: flags & !HAS_MEMORY, memory, offset })
    }

    /// Checks that an address of the memory, 64-bit if it is `wide`, can have the offset.
    pub(super) fn check_offset(&self, wide: bool, at: usize) -> Result<(), PrepareError> {
        if wide || self.offset <= u64::from(u32::MAX) {
            return Ok(());
        }
        Err(PrepareError::invalid(at, "offset out of range: must be <= 2**32"))
    }
}
