//! A heap that places what stays at one end and what grows at the other.

#![expect(unsafe_code, reason = "an allocator is given memory, and is given its blocks back")]

use core::{alloc::Layout, ptr::NonNull};

use two_ended_heap::{End, Heap};

use super::Resized;

pub(crate) struct Allocator {
    heap: Heap,
    has_region: bool,
}

impl Allocator {
    pub(crate) const fn new() -> Self {
        Self { heap: Heap::new(), has_region: false }
    }

    /// Gives the allocator its region. Called again it does nothing.
    ///
    /// # Safety
    ///
    /// The region is nobody else's, for ever.
    pub(crate) unsafe fn start(&mut self, region: NonNull<[u8]>) {
        if !core::mem::replace(&mut self.has_region, true) {
            // SAFETY: the caller's promise is passed on.
            unsafe { self.heap.start(region) };
        }
    }

    pub(crate) fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.heap.allocate(layout, End::Low)
    }

    /// A block that pages are lent.
    pub(crate) fn allocate_pages(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.heap.allocate(layout, End::High)
    }

    /// # Safety
    ///
    /// It is a block of this allocator with this alignment, which nobody uses any more.
    pub(crate) unsafe fn deallocate(&mut self, block: NonNull<u8>, _align: usize) {
        // SAFETY: the caller's promise is passed on.
        unsafe { self.heap.deallocate(block) };
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
        let resized = unsafe { self.heap.reallocate(block, layout) }?;
        Some(Resized { block: resized.block, was_copied: resized.was_copied })
    }

    /// Free bytes, and those of the largest block that is placed now.
    pub(crate) fn free(&self) -> (usize, usize) {
        (self.heap.free_bytes(), self.heap.largest_free())
    }
}
