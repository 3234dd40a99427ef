//! The immediates of an access to memory.

use super::{error::PrepareError, reader::Reader};
use core::ops::Range;

/// The immediates of an access to memory.
pub(super) struct MemoryArgument {
    /// Where they are.
    pub(super) immediates: Range<usize>,
    /// The alignment as a power of two.
    pub(super) align: u32,
    pub(super) memory: u32,
    pub(super) offset: u64,
    /// Whether the encoding of the offset is longer than one of 32 bits can be.
    overlong: bool,
}

impl MemoryArgument {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, PrepareError> {
        const HAS_MEMORY: u32 = 1 << 6;
        let start = reader.position();
        let flags = reader.var_u32()?;
        let memory = if flags & HAS_MEMORY != 0 { reader.var_u32()? } else { 0 };
        let before = reader.position();
        let offset = reader.var_u64()?;
        let immediates = start..reader.position();
        let overlong = immediates.end - before > 5;
        Ok(Self { immediates, align: flags & !HAS_MEMORY, memory, offset, overlong })
    }

    /// Checks that an address of the memory, 64-bit if it is `wide`, can have the offset. An
    /// interpreter without 64-bit memories reads offsets of 32 bits.
    pub(super) fn check_offset(&self, wide: bool, at: usize) -> Result<(), PrepareError> {
        let readable = cfg!(feature = "memory64") || !self.overlong;
        if wide || (readable && self.offset <= u64::from(u32::MAX)) {
            return Ok(());
        }
        Err(PrepareError::invalid(at, "offset out of range: must be <= 2**32"))
    }
}
