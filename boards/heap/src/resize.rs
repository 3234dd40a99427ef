//! Growing and shrinking.

#![expect(unsafe_code, reason = "an allocator is given its blocks back")]

use core::{alloc::Layout, ptr::NonNull};

use crate::{
    blocks::LEAST,
    heap::{End, Heap, needed},
    region::{GRANULE, HEADER},
};

/// A block that was resized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resized {
    /// Where it is now.
    pub block: NonNull<u8>,
    /// Whether it was there twice for a moment.
    pub was_copied: bool,
}

impl Heap {
    /// Gives a block another size. One that grows goes to the high end, unless there is a hole beside it.
    ///
    /// # Safety
    ///
    /// It is a block of this heap that was allocated with the alignment of `layout`, which has the new
    /// size. If this gives a block, the old one is not used any more.
    pub unsafe fn reallocate(&mut self, payload: NonNull<u8>, layout: Layout) -> Option<Resized> {
        let block = self.region.block(payload);
        let needed = needed(layout)?;
        let size = self.size(block);
        let resized = if needed <= size {
            self.shrink(block, needed);
            Some(block)
        } else {
            self.grow(block, needed, layout.align())
        };
        if let Some(block) = resized {
            return Some(Resized { block: self.region.payload(block), was_copied: false });
        }
        let moved = self.place(needed, layout.align(), End::High);
        let (new, was_copied) = match moved {
            Some(new) => {
                self.region.copy(block, new, size - HEADER);
                self.free(block);
                (new, true)
            }
            None => (self.grow_into_gap(block, needed)?, false),
        };
        Some(Resized { block: self.region.payload(new), was_copied })
    }

    fn shrink(&mut self, block: u32, needed: u32) {
        let tail = self.size(block) - needed;
        if tail >= LEAST {
            self.write_used(block, needed, self.before(block));
            self.write_used(block + needed, tail, needed);
            self.free(block + needed);
        }
    }

    /// Grows a block into what is free beside it, but not at the low end into the gap.
    fn grow(&mut self, block: u32, needed: u32, align: usize) -> Option<u32> {
        let size = self.size(block);
        if let Some(hole) = self.hole_behind(block)
            && size + self.size(hole) >= needed
        {
            self.unlink(hole);
            let tail = size + self.size(hole) - needed;
            self.write_block(block, needed, tail, self.before(block));
            return Some(block);
        }
        if align > GRANULE as usize || self.end_of(block) == End::Low {
            return None;
        }
        let next = block + size;
        if block == self.high {
            let new = next.checked_sub(needed).filter(|new| *new >= self.low)?;
            self.high = new;
            self.region.copy(block, new, size - HEADER);
            self.write_used(new, needed, 0);
            return Some(new);
        }
        let hole = self.hole_before(block)?;
        let front = (self.size(hole) + size).checked_sub(needed)?;
        let before = self.before(hole);
        self.unlink(hole);
        let (new, before) = if front < LEAST { (hole, before) } else { (hole + front, front) };
        self.region.copy(block, new, size - HEADER);
        if new > hole {
            self.write_hole(hole, front, self.before(hole));
        }
        self.write_used(new, next - new, before);
        Some(new)
    }

    /// Grows the last block at the low end where it is.
    fn grow_into_gap(&mut self, block: u32, needed: u32) -> Option<u32> {
        let is_last = block + self.size(block) == self.low;
        let low = Some(block + needed).filter(|low| is_last && *low <= self.high)?;
        self.low = low;
        self.write_used(block, needed, self.before(block));
        Some(block)
    }
}
