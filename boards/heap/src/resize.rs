//! Growing and shrinking.

#![expect(unsafe_code, reason = "an allocator is given its blocks back")]

use core::{alloc::Layout, ptr::NonNull};

use crate::{
    blocks::LEAST,
    heap::{End, Heap, needed},
    region::{GRANULE, HEADER},
};

/// Bytes of a block from which on it goes to the high end when it grows. The holes that smaller ones leave
/// are soon filled at the low end, and hardly at the other.
const LARGE: u32 = 512;

/// A block that was resized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resized {
    /// Where it is now.
    pub block: NonNull<u8>,
    /// Whether it was there twice for a moment.
    pub was_copied: bool,
}

impl Heap {
    /// Gives a block another size. One that grows to more than a few hundred bytes goes to the high end,
    /// unless there is a hole beside it.
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
        let end = if needed < LARGE { self.end_of(block) } else { End::High };
        if end == End::Low
            && let Some(block) = self.grow_into_gap(block, needed)
        {
            return Some(Resized { block: self.region.payload(block), was_copied: false });
        }
        let moved = self.place(needed, layout.align(), end);
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
        self.grow_between_holes(block, needed)
    }

    /// Grows a block into the hole before it, and the one behind it if there is one.
    fn grow_between_holes(&mut self, block: u32, needed: u32) -> Option<u32> {
        let hole = self.hole_before(block)?;
        let (size, behind) = (self.size(block), self.hole_behind(block));
        let next = block + size + behind.map_or(0, |behind| self.size(behind));
        let front = (next - hole).checked_sub(needed)?;
        let before = self.before(hole);
        self.unlink(hole);
        if let Some(behind) = behind {
            self.unlink(behind);
        }
        let (new, before_new) = if front < LEAST { (hole, before) } else { (hole + front, front) };
        self.region.copy(block, new, size - HEADER);
        if new > hole {
            self.write_hole(hole, front, before);
        }
        self.write_used(new, next - new, before_new);
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
