//! Where an allocator places blocks, as far as the room that they need depends on it.

use super::bytes::GRANULE;

/// How many holes are remembered, the largest ones.
const HOLES: usize = 24;

/// An arena of a TLSF allocator, whose blocks begin as one free run.
///
/// Blocks are only moved to a hole or behind all others, and what they leave behind is not joined with
/// other holes: an allocator that does better leaves more room for what follows.
#[derive(Debug)]
pub(super) struct Placement {
    /// The bytes that are in use or were.
    end: usize,
    /// Bytes of free runs before the end, as many as are remembered.
    holes: [usize; HOLES],
    count: usize,
    most: usize,
}

impl Placement {
    /// An arena of which so many bytes are in use, and no more than that were.
    pub(super) fn new(used: usize, most: usize) -> Self {
        let end = most.max(used);
        let mut placement = Self { end, holes: [0; HOLES], count: 0, most: HOLES };
        placement.give(end - used);
        placement
    }

    /// Places everything at the end from here on.
    pub(super) fn forget_holes(&mut self) {
        (self.count, self.most) = (0, 0);
    }

    /// The bytes that were in use.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    fn holes(&mut self) -> impl Iterator<Item = &mut usize> {
        self.holes.iter_mut().take(self.count)
    }

    /// Places a block of so many bytes, in the smallest hole in which an allocator finds room for it.
    #[inline(never)]
    pub(super) fn take(&mut self, bytes: usize) {
        let needed = found(bytes);
        match self.holes().filter(|hole| **hole >= needed).min_by_key(|hole| **hole) {
            Some(hole) => *hole -= bytes,
            None => self.end = self.end.saturating_add(bytes),
        }
    }

    /// Gives back a block of so many bytes.
    #[inline(never)]
    pub(super) fn give(&mut self, bytes: usize) {
        if bytes == 0 {
            return;
        }
        if self.count < self.most
            && let Some(hole) = self.holes.get_mut(self.count)
        {
            *hole = bytes;
            self.count += 1;
        } else if let Some(least) = self.holes().min_by_key(|hole| **hole) {
            *least = bytes.max(*least);
        }
    }
}

/// Bytes of the smallest free run in which an allocator finds room for a block: its lists of free runs
/// begin at the multiples of a sixteenth of a power of two.
fn found(bytes: usize) -> usize {
    const LISTS_LOG2: u32 = 4;
    let list = bytes.checked_ilog2().unwrap_or_default().saturating_sub(LISTS_LOG2);
    bytes.checked_next_multiple_of(GRANULE.max(1 << list)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec;

    #[test]
    fn blocks_go_to_the_smallest_hole_that_is_found() {
        let mut placement = Placement::new(1600, 1600);
        placement.give(512);
        placement.give(256);
        placement.take(240);
        assert_eq!((placement.end(), placement.holes[..2].to_vec()), (1600, vec![512, 16]));
        placement.take(512);
        placement.take(16);
        assert_eq!((placement.end(), placement.holes[..2].to_vec()), (1600, vec![0, 0]));
        placement.take(16);
        assert_eq!(placement.end(), 1616);
    }

    #[test]
    fn holes_are_passed_over_that_are_too_little_larger() {
        let mut placement = Placement::new(0, 1024);
        placement.take(976);
        assert_eq!(placement.end(), 1024);
        let mut placement = Placement::new(0, 1040);
        placement.take(1040);
        assert_eq!(placement.end(), 2080);
    }

    #[test]
    fn the_largest_holes_are_remembered() {
        let mut placement = Placement::new(0, 0);
        for size in 1..=HOLES + 1 {
            placement.give(size * 16);
        }
        for size in 2..=HOLES + 1 {
            placement.take(size * 16);
        }
        assert_eq!(placement.end(), 0);
        placement.take(16);
        assert_eq!(placement.end(), 16);
    }
}
