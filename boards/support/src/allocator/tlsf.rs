//! A TLSF allocator.

#![expect(unsafe_code, reason = "an allocator is given memory, and is given its blocks back")]

use core::{alloc::Layout, ptr::NonNull};

use rlsf::Tlsf;

use super::Resized;

/// First-level classes: blocks up to 2 MiB. Second-level classes: 16, so a block is at most
/// one sixteenth larger than asked for. The table of both takes 1.1 KiB.
type Classes = Tlsf<'static, u32, u16, 17, 16>;

pub(crate) struct Allocator {
    classes: Classes,
    /// The block the allocator manages, as [`Tlsf::iter_blocks`] wants it back.
    region: Option<NonNull<[u8]>>,
}

// SAFETY: the pointer only describes the region, which belongs to the allocator.
unsafe impl Send for Allocator {}

impl Allocator {
    pub(crate) const fn new() -> Self {
        Self { classes: Classes::new(), region: None }
    }

    /// Gives the allocator its region. Called again it does nothing.
    ///
    /// # Safety
    ///
    /// The region is nobody else's, for ever.
    pub(crate) unsafe fn start(&mut self, region: NonNull<[u8]>) {
        if self.region.is_none() {
            // SAFETY: the caller's promise is passed on.
            let length = unsafe { self.classes.insert_free_block_ptr(region) };
            let of = |length| NonNull::slice_from_raw_parts(region.cast(), length);
            self.region = length.map(|length| of(length.get()));
        }
    }

    pub(crate) fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.classes.allocate(layout)
    }

    /// A block that pages are lent.
    pub(crate) fn allocate_pages(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.classes.allocate(layout)
    }

    /// # Safety
    ///
    /// It is a block of this allocator with this alignment, which nobody uses any more.
    pub(crate) unsafe fn deallocate(&mut self, block: NonNull<u8>, align: usize) {
        // SAFETY: the caller's promise is passed on.
        unsafe { self.classes.deallocate(block, align) };
    }

    /// # Safety
    ///
    /// It is a block of this allocator with the alignment of `layout`, which has the new size. If this
    /// gives a block, the old one is not used any more.
    pub(crate) unsafe fn reallocate(
        &mut self,
        block: NonNull<u8>,
        layout: Layout,
    ) -> Option<Resized> {
        // SAFETY: the caller's promise is passed on.
        let new = unsafe { self.classes.reallocate(block, layout) }?;
        Some(Resized { block: new, was_copied: new != block })
    }

    /// Free bytes, and those of the largest free block.
    pub(crate) fn free(&self) -> (usize, usize) {
        let Some(region) = self.region else { return (0, 0) };
        // SAFETY: `region` is the one block that was inserted, with the length that was taken.
        let blocks = unsafe { self.classes.iter_blocks(region) };
        blocks
            .filter(|block| !block.is_occupied())
            .map(|block| block.max_payload_size())
            .fold((0, 0), |(sum, largest), size| (sum + size, largest.max(size)))
    }
}
