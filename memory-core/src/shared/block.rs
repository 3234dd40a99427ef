//! Reads, writes and bulk operations of a shared memory, each under its lock.

use core::cmp::Ordering;

use super::{Backing, SharedError, SharedMemory};
use crate::access::MemoryAccess;
use crate::block::BlockAccess;

/// Blocks of bytes, each copied in one step. Offsets and lengths are in bytes; each operation
/// changes nothing if it fails.
impl<M: Backing, const N: usize> SharedMemory<M, N> {
    /// Copies bytes from `offset` on out of the memory until `buffer` is full.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory, or as [`lock`](Self::lock).
    pub fn read(&self, offset: usize, buffer: &mut [u8]) -> Result<(), SharedError> {
        Ok(self.lock()?.read(offset, buffer)?)
    }

    /// Copies all of `buffer` into the memory from `offset` on.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn write(&self, offset: usize, buffer: &[u8]) -> Result<(), SharedError> {
        Ok(self.lock()?.write(offset, buffer)?)
    }

    /// Sets `len` bytes from `offset` on to `value`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn memory_fill(&self, offset: usize, value: u8, len: usize) -> Result<(), SharedError> {
        Ok(self.lock()?.memory_fill(offset, value, len)?)
    }

    /// Copies `len` bytes within the memory, which may overlap.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn memory_copy(&self, to: usize, from: usize, len: usize) -> Result<(), SharedError> {
        Ok(self.lock()?.memory_copy(to, from, len)?)
    }

    /// Copies `len` bytes of a private memory into this one.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside one of the memories, or as [`lock`](Self::lock).
    pub fn memory_copy_from<P: MemoryAccess + ?Sized>(
        &self,
        to: usize,
        source: &P,
        from: usize,
        len: usize,
    ) -> Result<(), SharedError> {
        Ok(self.lock()?.memory_copy_from(to, source, from, len)?)
    }

    /// Copies `len` bytes of this memory into a private one.
    ///
    /// # Errors
    ///
    /// As [`memory_copy_from`](Self::memory_copy_from).
    pub fn memory_copy_into<P: MemoryAccess + ?Sized>(
        &self,
        target: &mut P,
        to: usize,
        from: usize,
        len: usize,
    ) -> Result<(), SharedError> {
        Ok(target.memory_copy_from(to, &self.lock()?, from, len)?)
    }

    /// Copies `len` bytes of another shared memory into this one, with both locked.
    ///
    /// However many contexts copy between the same memories in both directions, none waits for
    /// ever: the locks are taken in the order of their addresses.
    ///
    /// # Errors
    ///
    /// As [`memory_copy_from`](Self::memory_copy_from).
    pub fn memory_copy_between<P: Backing, const O: usize>(
        &self,
        to: usize,
        source: &SharedMemory<P, O>,
        from: usize,
        len: usize,
    ) -> Result<(), SharedError> {
        let (mine, other) = ((&raw const *self).addr(), (&raw const *source).addr());
        let (mut target, source) = match mine.cmp(&other) {
            Ordering::Equal => return self.memory_copy(to, from, len),
            Ordering::Less => {
                let target = self.lock()?;
                (target, source.lock()?)
            }
            Ordering::Greater => {
                let source = source.lock()?;
                (self.lock()?, source)
            }
        };
        Ok(target.memory_copy_from(to, &source, from, len)?)
    }

    /// Copies `len` bytes of a data segment into the memory.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory or the segment, or as [`lock`](Self::lock).
    pub fn memory_init(
        &self,
        to: usize,
        segment: &[u8],
        from: usize,
        len: usize,
    ) -> Result<(), SharedError> {
        Ok(self.lock()?.memory_init(to, segment, from, len)?)
    }
}
