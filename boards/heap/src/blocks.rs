//! Blocks: a header of two words, the size with a flag and the size of the block before.

use crate::heap::{End, Heap};

/// Bytes of the smallest block: a hole holds the two words of its list behind its header.
pub(crate) const LEAST: u32 = 16;

const USED: u32 = 1;

impl Heap {
    pub(crate) fn size(&self, block: u32) -> u32 {
        self.region.read(block) & !USED
    }

    pub(crate) fn is_used(&self, block: u32) -> bool {
        self.region.read(block) & USED != 0
    }

    /// Bytes of the block before, 0 for the first one of its end.
    pub(crate) fn before(&self, block: u32) -> u32 {
        self.region.read(block + 4)
    }

    /// The end that a block is at.
    pub(crate) fn end_of(&self, block: u32) -> End {
        if block < self.low { End::Low } else { End::High }
    }

    /// Writes the header of a block in use, and tells the block behind it.
    pub(crate) fn write_used(&mut self, block: u32, size: u32, before: u32) {
        self.region.write(block, size | USED);
        self.region.write(block + 4, before);
        self.tell_next(block + size, size);
    }

    /// Makes a hole, and tells the block behind it.
    pub(crate) fn write_hole(&mut self, hole: u32, size: u32, before: u32) {
        self.region.write(hole, size);
        self.region.write(hole + 4, before);
        self.tell_next(hole + size, size);
        let end = self.end_of(hole);
        self.holes[end as usize].link(&mut self.region, hole, size);
    }

    pub(crate) fn unlink(&mut self, hole: u32) {
        let (end, size) = (self.end_of(hole), self.size(hole));
        self.holes[end as usize].unlink(&mut self.region, hole, size);
    }

    /// Tells the block at that offset, if there is one at this end, the size of the block before it.
    pub(crate) fn tell_next(&mut self, next: u32, size: u32) {
        if next == self.low {
            self.last = size;
        } else if next < self.region.length() {
            self.region.write(next + 4, size);
        }
    }

    /// The hole behind a block, if there is one at its end.
    pub(crate) fn hole_behind(&self, block: u32) -> Option<u32> {
        let next = block + self.size(block);
        let is_block = next != self.low && next < self.region.length();
        (is_block && !self.is_used(next)).then_some(next)
    }

    /// The hole before a block, if there is one at its end.
    pub(crate) fn hole_before(&self, block: u32) -> Option<u32> {
        let before = self.before(block);
        (before > 0).then(|| block - before).filter(|hole| !self.is_used(*hole))
    }
}
