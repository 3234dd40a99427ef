//! The bulk operations of WebAssembly, on any memory and between two.

use crate::access::{MemoryAccess, bytes, bytes_mut};
use crate::error::AccessError;

/// The bulk operations of WebAssembly, with their operands in WebAssembly's order.
///
/// Offsets and lengths are in bytes. Each operation fails, and changes nothing, if any of its bytes
/// lie outside the memory or the segment.
///
/// ```
/// use vellum_memory::{AccessError, BlockAccess};
///
/// let memory = &mut [0; 8][..];
/// memory.memory_init(1, b"abcd", 1, 3)?;
/// memory.memory_copy(2, 1, 3)?;
/// memory.memory_fill(6, b'!', 2)?;
/// assert_eq!(memory, b"\0bbcd\0!!");
///
/// let private = &mut [0; 4][..];
/// private.memory_copy_from(0, memory, 2, 4)?;
/// assert_eq!(private, b"bcd\0");
/// # Ok::<(), AccessError>(())
/// ```
#[expect(clippy::missing_errors_doc, reason = "the trait tells the errors of all its methods")]
pub trait BlockAccess: MemoryAccess {
    /// Sets `len` bytes from `offset` on to `value`, as `memory.fill` does.
    fn memory_fill(&mut self, offset: usize, value: u8, len: usize) -> Result<(), AccessError> {
        bytes_mut(self.data_mut(), offset, len)?.fill(value);
        Ok(())
    }

    /// Copies `len` bytes within the memory, which may overlap, as `memory.copy` does.
    fn memory_copy(&mut self, to: usize, from: usize, len: usize) -> Result<(), AccessError> {
        let data = self.data_mut();
        bytes(data, from, len)?;
        bytes(data, to, len)?;
        data.copy_within(from..from + len, to);
        Ok(())
    }

    /// Copies `len` bytes of another memory, as `memory.copy` does between two.
    fn memory_copy_from<M: MemoryAccess + ?Sized>(
        &mut self,
        to: usize,
        source: &M,
        from: usize,
        len: usize,
    ) -> Result<(), AccessError> {
        self.write(to, bytes(source.data(), from, len)?)
    }

    /// Copies `len` bytes of a data segment, as `memory.init` does.
    fn memory_init(
        &mut self,
        to: usize,
        segment: &[u8],
        from: usize,
        len: usize,
    ) -> Result<(), AccessError> {
        self.memory_copy_from(to, segment, from, len)
    }
}

impl<M: MemoryAccess + ?Sized> BlockAccess for M {}
