//! Allocating and freeing.

#![expect(unsafe_code, reason = "an allocator is given memory, and is given its blocks back")]

use core::{alloc::Layout, ops::Range, ptr::NonNull};

use crate::{
    blocks::LEAST,
    holes::Holes,
    region::{GRANULE, HEADER, Region},
};

/// One of the two ends of the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The low addresses.
    Low,
    /// The high addresses.
    High,
}

/// A heap in one region. It takes 8 bytes beside each block, and 16 at least, in multiples of 8.
#[derive(Debug)]
pub struct Heap {
    pub(crate) region: Region,
    /// The gap: from the end of the blocks at the low end to the begin of those at the high end.
    pub(crate) low: u32,
    pub(crate) high: u32,
    /// Bytes of the last block at the low end.
    pub(crate) last: u32,
    pub(crate) holes: [Holes; 2],
}

impl Default for Heap {
    fn default() -> Self {
        Self::new()
    }
}

impl Heap {
    /// A heap without memory, which refuses everything.
    #[must_use]
    pub const fn new() -> Self {
        let holes = [Holes::EMPTY; 2];
        Self { region: Region::EMPTY, low: 0, high: 0, last: 0, holes }
    }

    /// Gives the heap its memory.
    ///
    /// # Safety
    ///
    /// It has none yet. The memory is valid for reads and writes as long as the heap or a block of it is
    /// used, and nobody else's.
    pub unsafe fn start(&mut self, memory: NonNull<[u8]>) {
        // SAFETY: the caller's promise is passed on.
        self.region = unsafe { Region::new(memory) };
        self.high = self.region.length();
    }

    /// A block at that end, or in a hole of the other one, as [the crate](crate) says; none if it fits nowhere.
    pub fn allocate(&mut self, layout: Layout, end: End) -> Option<NonNull<u8>> {
        let needed = needed(layout)?;
        let block = self.place(needed, layout.align(), end)?;
        Some(self.region.payload(block))
    }

    /// What stays fills the holes that grown blocks have left, before the gap gets smaller. What grows goes
    /// between what stays only if there is no other place.
    pub(crate) fn place(&mut self, needed: u32, align: usize, end: End) -> Option<u32> {
        let own = self.place_in_hole(needed, align, end);
        match end {
            End::Low => own
                .or_else(|| self.place_in_hole(needed, align, End::High))
                .or_else(|| self.place_in_gap(needed, align, end)),
            End::High => own
                .or_else(|| self.place_in_gap(needed, align, end))
                .or_else(|| self.place_in_hole(needed, align, End::Low)),
        }
    }

    /// In a hole of that end.
    fn place_in_hole(&mut self, needed: u32, align: usize, end: End) -> Option<u32> {
        let at = |hole, size| self.fitting(hole..hole + size, needed, align, end);
        let fits = |hole, size| at(hole, size).is_some();
        let hole = self.holes[end as usize].best(&self.region, needed, fits)?;
        let size = self.size(hole);
        let block = at(hole, size)?;
        self.unlink(hole);
        let (front, tail) = (block - hole, hole + size - block - needed);
        let mut before = self.before(hole);
        if front > 0 {
            self.write_hole(hole, front, before);
            before = front;
        }
        self.write_block(block, needed, tail, before);
        Some(block)
    }

    fn place_in_gap(&mut self, needed: u32, align: usize, end: End) -> Option<u32> {
        let block = self.fitting(self.low..self.high, needed, align, end)?;
        match end {
            End::Low => {
                let (front, start, mut before) = (block - self.low, self.low, self.last);
                self.low = block + needed;
                if front > 0 {
                    self.write_hole(start, front, before);
                    before = front;
                }
                self.write_used(block, needed, before);
            }
            End::High => {
                let tail = self.high - block - needed;
                self.high = block;
                self.write_block(block, needed, tail, 0);
            }
        }
        Some(block)
    }

    /// Writes a block in use and the hole behind it, or gives it what is too short for one.
    pub(crate) fn write_block(&mut self, block: u32, needed: u32, tail: u32, before: u32) {
        if tail < LEAST {
            self.write_used(block, needed + tail, before);
        } else {
            self.write_hole(block + needed, tail, needed);
            self.write_used(block, needed, before);
        }
    }

    /// Where in a free piece a block fits, towards that end. What is left before it has room for a hole.
    fn fitting(&self, piece: Range<u32>, needed: u32, align: usize, end: End) -> Option<u32> {
        let last = piece.end.checked_sub(needed).filter(|last| *last >= piece.start)?;
        if align <= GRANULE as usize {
            return match end {
                End::Low => Some(piece.start),
                End::High if last - piece.start < LEAST => Some(piece.start),
                End::High => Some(last),
            };
        }
        let align = u32::try_from(align).ok()?;
        let base = (self.region.base() as u32).wrapping_add(HEADER);
        let fits = |block: u32| block == piece.start || block >= piece.start + LEAST;
        let block = match end {
            End::Low => {
                let first = |from: u32| base.wrapping_add(from).wrapping_neg() % align + from;
                Some(first(piece.start))
                    .filter(|block| fits(*block))
                    .unwrap_or_else(|| first(piece.start + LEAST))
            }
            End::High => last.checked_sub(base.wrapping_add(last) % align)?,
        };
        (block >= piece.start && block <= last && fits(block)).then_some(block)
    }

    /// Frees a block.
    ///
    /// # Safety
    ///
    /// It is a block of this heap, and nobody uses it any more.
    pub unsafe fn deallocate(&mut self, payload: NonNull<u8>) {
        let block = self.region.block(payload);
        self.free(block);
    }

    pub(crate) fn free(&mut self, block: u32) {
        let (mut start, mut next) = (block, block + self.size(block));
        if let Some(hole) = self.hole_behind(block) {
            self.unlink(hole);
            next += self.size(hole);
        }
        if let Some(hole) = self.hole_before(block) {
            self.unlink(hole);
            start = hole;
        }
        if next == self.low {
            self.low = start;
            self.last = self.before(start);
        } else if start == self.high {
            self.high = next;
            self.tell_next(next, 0);
        } else {
            self.write_hole(start, next - start, self.before(start));
        }
    }

    /// The addresses of the gap between both ends.
    #[must_use]
    pub fn gap(&self) -> Range<usize> {
        let base = self.region.base();
        base + self.low as usize..base + self.high as usize
    }

    /// Free bytes, with the headers that blocks there would have.
    #[must_use]
    pub fn free_bytes(&self) -> usize {
        let holes = self.holes.iter().flat_map(|holes| holes.all(&self.region));
        holes.fold(self.high - self.low, |sum, (_, size)| sum + size) as usize
    }

    /// The size of the largest block that would be placed now, if its alignment is at most 8.
    #[must_use]
    pub fn largest_free(&self) -> usize {
        let holes = self.holes.iter().flat_map(|holes| holes.all(&self.region));
        let largest = holes.fold(self.high - self.low, |largest, (_, size)| largest.max(size));
        largest.saturating_sub(HEADER) as usize
    }
}

/// Bytes of a block.
pub(crate) fn needed(layout: Layout) -> Option<u32> {
    let size = u32::try_from(layout.size()).ok()?.checked_add(HEADER)?;
    Some(size.max(LEAST).checked_add(GRANULE - 1)? & !(GRANULE - 1))
}
