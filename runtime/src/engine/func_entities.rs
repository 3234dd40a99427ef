//! The interpreter's entries of functions, which it makes in blocks and keeps as long as the engine.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Upper bound of the bytes of an entry.
const ENTRY: usize = if size_of::<usize>() == 8 { 64 } else { 48 };
/// How many the first block has. Each further one has as many more than all before it together.
const FIRST: usize = 32;

/// How many entries there are, as far as that can be told from outside.
pub(crate) struct FuncEntities {
    /// Of modules that were loaded.
    least: AtomicUsize,
    /// And of those that may have failed only after theirs were made.
    most: AtomicUsize,
}

impl FuncEntities {
    /// Of an engine that has loaded a module of so many functions.
    pub(crate) fn new(functions: usize) -> Self {
        Self { least: AtomicUsize::new(functions), most: AtomicUsize::new(functions) }
    }

    /// Upper bound of the heap that so many more take, whichever number there is: most where all
    /// blocks are full, or where there are most.
    pub(crate) fn heap_for(&self, functions: usize) -> usize {
        let (least, most) = (self.least.load(Relaxed), self.most.load(Relaxed));
        let grow = |there: usize| room(there.saturating_add(functions)) - room(there);
        let blocks = (FIRST.ilog2()..usize::BITS).map(|power| (1 << power) - FIRST);
        let full = blocks.filter(|full| (least..=most).contains(full));
        full.chain([most]).map(grow).max().unwrap_or(0).saturating_mul(ENTRY)
    }

    /// Counts those of a module that is about to be loaded.
    pub(crate) fn asked(&self, functions: usize) {
        self.most.fetch_add(functions, Relaxed);
    }

    /// Counts those of a module that was loaded.
    pub(crate) fn made(&self, functions: usize) {
        self.least.fetch_add(functions, Relaxed);
    }
}

/// How many entries the blocks hold that so many need.
fn room(functions: usize) -> usize {
    let end = functions.checked_add(FIRST).and_then(usize::checked_next_power_of_two);
    end.map_or(usize::MAX, |end| end - FIRST)
}

#[cfg(test)]
mod tests {
    use super::{ENTRY, FuncEntities, room};

    #[test]
    fn blocks_double() {
        let rooms = [0, 1, 32, 33, 96, 97, 224, 225].map(room);
        assert_eq!(rooms, [0, 32, 32, 96, 96, 224, 224, 480]);
        assert_eq!(room(usize::MAX), usize::MAX);
    }

    #[test]
    fn a_block_is_needed_where_one_may_be_full() {
        let entries = FuncEntities::new(2);
        assert_eq!(entries.heap_for(30), 0);
        assert_eq!(entries.heap_for(31), 64 * ENTRY);
        entries.asked(30);
        assert_eq!(entries.heap_for(0), 0);
        assert_eq!(entries.heap_for(1), 64 * ENTRY);
        // The block may be there, or not.
        entries.asked(1);
        assert_eq!(entries.heap_for(1), 64 * ENTRY);
        entries.made(31);
        assert_eq!(entries.heap_for(1), 0);
    }

    #[test]
    fn the_bound_is_that_of_the_worst_number() {
        for most in 0..120 {
            for least in 0..=most {
                let entries = FuncEntities::new(least);
                entries.asked(most - least);
                for more in [0, 1, 2, 31, 64, 65, 500] {
                    let worst = (least..=most).map(|there| room(there + more) - room(there)).max();
                    assert_eq!(Some(entries.heap_for(more)), worst.map(|worst| worst * ENTRY));
                }
            }
        }
        let entries = FuncEntities::new(usize::MAX);
        assert_eq!(entries.heap_for(1), 0);
    }
}
