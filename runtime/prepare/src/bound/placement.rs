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
    /// Bytes of free runs before the end.
    holes: [usize; HOLES],
}

impl Placement {
    /// An arena of which so many bytes are in use, and no more than that were.
    pub(super) fn new(used: usize, most: usize) -> Self {
        let mut placement = Self { end: most.max(used), holes: [0; HOLES] };
        placement.give(most.saturating_sub(used));
        placement
    }

    /// The bytes that were in use.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Places a block of so many bytes, in the smallest hole in which an allocator finds room for it.
    #[inline(never)]
    pub(super) fn take(&mut self, bytes: usize) {
        let needed = found(bytes);
        let fitting = self.holes.iter_mut().filter(|hole| **hole >= needed);
        match fitting.min_by_key(|hole| **hole) {
            Some(hole) => *hole -= bytes,
            None => self.end = self.end.saturating_add(bytes),
        }
    }

    /// Gives back a block of so many bytes.
    #[inline(never)]
    pub(super) fn give(&mut self, bytes: usize) {
        if let Some(least) = self.holes.iter_mut().min_by_key(|hole| **hole) {
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
