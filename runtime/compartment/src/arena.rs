//! The heap of a compartment: a TLSF allocator over bytes that never grow.

#![expect(unsafe_code, reason = "an allocator hands out raw memory")]

use core::alloc::Layout;
use core::ptr::NonNull;

use rlsf::Tlsf;

use crate::stats::HeapStats;

/// First-level classes: blocks up to 2 MiB where addresses have 32 bits. Second-level classes: 16, so
/// that a block is at most one sixteenth larger than asked for.
type Allocator = Tlsf<'static, u32, u16, 17, 16>;

pub(crate) struct Arena {
    allocator: Allocator,
    /// What the allocator has taken of the bytes that it was given.
    region: NonNull<[u8]>,
    used: usize,
    high_water: usize,
    allocations: usize,
}

impl Arena {
    /// An arena of these bytes.
    ///
    /// # Safety
    ///
    /// The bytes are the arena's alone for as long as it, or a block of it, is used.
    pub(crate) unsafe fn new(bytes: NonNull<[u8]>) -> Self {
        let mut allocator = Allocator::new();
        // SAFETY: the caller promises that the bytes are there and nobody else's.
        let taken = unsafe { allocator.insert_free_block_ptr(bytes) };
        let length = taken.map_or(0, |length| length.get());
        let region = NonNull::slice_from_raw_parts(bytes.cast(), length);
        Self { allocator, region, used: 0, high_water: 0, allocations: 0 }
    }

    pub(crate) fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let block = self.allocator.allocate(layout)?;
        self.count(layout.size());
        Some(block)
    }

    /// Gives a block back.
    ///
    /// # Safety
    ///
    /// The block is one of this arena, of that layout, and not used any more.
    pub(crate) unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { self.allocator.deallocate(block, layout.align()) };
        self.used -= layout.size();
    }

    /// Makes a block larger or smaller. It stays as it was where there is no room.
    ///
    /// # Safety
    ///
    /// The block is one of this arena, of layout `old`; if another one is given it is not used any
    /// more. `new` has the alignment of `old`.
    pub(crate) unsafe fn reallocate(
        &mut self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Option<NonNull<u8>> {
        // SAFETY: as the caller promises.
        let moved = unsafe { self.allocator.reallocate(block, new) }?;
        // A block that grew in place never had both sizes in use at once.
        if moved == block {
            self.used -= old.size();
            self.count(new.size());
        } else {
            self.count(new.size());
            self.used -= old.size();
        }
        Some(moved)
    }

    fn count(&mut self, size: usize) {
        self.used += size;
        self.high_water = self.high_water.max(self.used);
        self.allocations += 1;
    }

    pub(crate) fn stats(&self) -> HeapStats {
        // SAFETY: the region is what was inserted, with the length that was taken.
        let blocks = unsafe { self.allocator.iter_blocks(self.region) };
        let free =
            blocks.filter(|block| !block.is_occupied()).map(|block| block.max_payload_size());
        let (free, largest) =
            free.fold((0, 0), |(sum, largest), size| (sum + size, largest.max(size)));
        let Self { used, high_water, allocations, .. } = *self;
        HeapStats { used, high_water, free, largest, allocations }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;

    #[repr(align(64))]
    struct Bytes([u8; 8192]);

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).expect("a layout")
    }

    #[test]
    fn blocks_are_apart_and_come_back() {
        let mut bytes = Bytes([0; 8192]);
        // SAFETY: the arena and its blocks are dead before the bytes.
        let mut arena = unsafe { Arena::new(NonNull::from(&mut bytes.0[..])) };
        let fresh = arena.stats();
        assert_eq!((fresh.used, fresh.free), (0, fresh.largest));

        let mut blocks = Vec::new();
        let mut seed = 7u32;
        for round in 0..400u32 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let size = (seed >> 16) as usize % 300 + 1;
            match arena.allocate(layout(size, 1 << (seed >> 28 & 5))) {
                Some(block) => {
                    assert!(block.addr().get().is_multiple_of(1 << (seed >> 28 & 5)));
                    // SAFETY: the block has so many bytes.
                    unsafe { block.write_bytes(round as u8, size) };
                    blocks.push((block, layout(size, 1 << (seed >> 28 & 5)), round as u8));
                }
                None => assert!(arena.stats().largest < 2 * size + 64),
            }
            if blocks.len() > 20 || seed.is_multiple_of(3) && !blocks.is_empty() {
                let (block, old, value) = blocks.swap_remove(seed as usize % blocks.len());
                // SAFETY: the block has so many bytes, all written.
                let held = unsafe { NonNull::slice_from_raw_parts(block, old.size()).as_ref() };
                assert!(held.iter().all(|&byte| byte == value));
                // SAFETY: the block is of this arena and of that layout.
                unsafe { arena.deallocate(block, old) };
            }
        }
        let used: usize = blocks.iter().map(|(_, layout, _)| layout.size()).sum();
        assert_eq!(arena.stats().used, used);
        for (block, layout, _) in blocks {
            // SAFETY: the block is of this arena and of that layout.
            unsafe { arena.deallocate(block, layout) };
        }
        let HeapStats { used, free, largest, high_water, .. } = arena.stats();
        assert_eq!((used, free, largest), (0, fresh.free, fresh.largest));
        assert!(high_water > 0);
    }

    #[test]
    fn a_block_that_cannot_grow_stays() {
        let mut bytes = Bytes([0; 8192]);
        // SAFETY: the arena and its blocks are dead before the bytes.
        let mut arena = unsafe { Arena::new(NonNull::from(&mut bytes.0[..])) };
        let block = arena.allocate(layout(100, 1)).expect("it is empty");
        // SAFETY: the block has so many bytes.
        unsafe { block.write_bytes(9, 100) };
        // SAFETY: the block is of this arena and of that layout.
        let refused = unsafe { arena.reallocate(block, layout(100, 1), layout(9000, 1)) };
        assert_eq!((refused, arena.stats().used), (None, 100));
        // SAFETY: as above.
        let grown = unsafe { arena.reallocate(block, layout(100, 1), layout(4000, 1)) };
        let grown = grown.expect("there is room");
        // SAFETY: the block has so many bytes.
        let held = unsafe { NonNull::slice_from_raw_parts(grown, 100).as_ref() };
        assert_eq!(held, [9; 100]);
        assert_eq!(arena.stats().used, 4000);
        // SAFETY: the block is of this arena and of that layout.
        unsafe { arena.deallocate(grown, layout(4000, 1)) };
    }
}
