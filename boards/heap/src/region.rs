//! The region, read and written by offsets.

#![expect(unsafe_code, reason = "an allocator reads and writes memory that it is given")]

use core::ptr::NonNull;

/// What offsets of blocks are multiples of.
pub(crate) const GRANULE: u32 = 8;
/// Bytes before the payload of a block.
pub(crate) const HEADER: u32 = 8;

/// Memory that belongs to the heap. Everything in it is at an offset below its length, which the heap's
/// functions see to: those here only check it in debug builds.
#[derive(Debug)]
pub(crate) struct Region {
    base: NonNull<u8>,
    length: u32,
}

// SAFETY: the memory belongs to whoever has the region, as `new` demands.
unsafe impl Send for Region {}

impl Region {
    pub(crate) const EMPTY: Self = Self { base: NonNull::dangling(), length: 0 };

    /// The part of the memory that begins and ends at a multiple of a granule, and 2 GiB of it at most.
    ///
    /// # Safety
    ///
    /// The memory is valid for reads and writes, and nobody else's, as long as there is a region.
    pub(crate) unsafe fn new(memory: NonNull<[u8]>) -> Self {
        const MOST: u32 = 1 << 31;
        let base = memory.cast::<u8>();
        let skipped = base.as_ptr().align_offset(GRANULE as usize);
        let Some(length) = memory.len().checked_sub(skipped) else { return Self::EMPTY };
        let length = u32::try_from(length).unwrap_or(MOST).min(MOST) & !(GRANULE - 1);
        // SAFETY: so many bytes are in the memory.
        Self { base: unsafe { base.add(skipped) }, length }
    }

    pub(crate) const fn length(&self) -> u32 {
        self.length
    }

    /// The address of its first byte.
    pub(crate) fn base(&self) -> usize {
        self.base.addr().get()
    }

    pub(crate) fn read(&self, at: u32) -> u32 {
        // SAFETY: four bytes are there, aligned, and they were written as what they are read as.
        unsafe { self.word(at).read() }
    }

    pub(crate) fn write(&mut self, at: u32, word: u32) {
        // SAFETY: four bytes are there, aligned, and they are no part of a payload.
        unsafe { self.word(at).write(word) };
    }

    fn word(&self, at: u32) -> NonNull<u32> {
        debug_assert!(at.is_multiple_of(4) && at + 4 <= self.length);
        // SAFETY: the word is in the region.
        unsafe { self.base.add(at as usize) }.cast()
    }

    /// Where the payload of a block is.
    pub(crate) fn payload(&self, block: u32) -> NonNull<u8> {
        debug_assert!(block + HEADER <= self.length);
        // SAFETY: the payload begins in the region.
        unsafe { self.base.add((block + HEADER) as usize) }
    }

    /// The block of a payload.
    pub(crate) fn block(&self, payload: NonNull<u8>) -> u32 {
        (payload.addr().get() - self.base()) as u32 - HEADER
    }

    /// Copies the first bytes of a payload to that of another block, which may overlap.
    pub(crate) fn copy(&mut self, from: u32, to: u32, bytes: u32) {
        debug_assert!(from.max(to) + HEADER + bytes <= self.length);
        let (from, to) = (self.payload(from), self.payload(to));
        // SAFETY: so many bytes are there, of payloads that belong to one owner.
        unsafe { from.copy_to(to, bytes as usize) };
    }
}
