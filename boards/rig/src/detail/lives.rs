//! When blocks of the heap came and went.

use super::record::{Change, Entry, Place};
use std::collections::HashMap;

/// The steps of a job that say that its module is loaded, that it is instantiated, and that it has run.
const INSTANTIATING: u32 = 1;
const CALLING: u32 = 2;
const UNLOADING: u32 = 3;

/// A block, with the time of its first and after its last moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) size: u32,
    pub(super) place: Place,
    born: u64,
    gone: u64,
}

impl Block {
    /// Whether it is there at that time.
    pub(super) fn lives(&self, time: u64) -> bool {
        (self.born..self.gone).contains(&time)
    }
}

/// The blocks that came after peaks were counted anew last, and the moments to look at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lives {
    pub(super) blocks: Vec<Block>,
    pub(super) loaded: Option<u64>,
    pub(super) instantiated: Option<u64>,
    /// When most was in use before the module was unloaded.
    pub(super) peak: Option<u64>,
}

impl Lives {
    /// Follows a ledger.
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let (mut lives, mut live) = (Self::default(), HashMap::new());
        let (mut used, mut most, mut is_over) = (0, 0, false);
        for (entry, time) in entries.into_iter().zip((0..).step_by(2)) {
            match entry {
                Entry::Restart => {
                    (lives, used, most, is_over) = (Self::default(), 0, 0, false);
                    live.clear();
                }
                Entry::Step(INSTANTIATING) => lives.loaded = Some(time),
                Entry::Step(CALLING) => lives.instantiated = Some(time),
                Entry::Step(UNLOADING) => is_over = true,
                Entry::Step(_) => {}
                Entry::Change(Change { old, new, size, place }) => {
                    // A block that has grown where it is never had both sizes at once; of one that has moved
                    // both are there for a moment.
                    let gone = if old == new { time } else { time + 1 };
                    let ended: Option<&mut Block> =
                        live.remove(&old).and_then(|index: usize| lives.blocks.get_mut(index));
                    let freed = ended.map_or(0, |block| {
                        block.gone = gone;
                        u64::from(block.size)
                    });
                    used += u64::from(size);
                    let now = if old == new { used - freed } else { used };
                    if now > most && !is_over {
                        (most, lives.peak) = (now, Some(time));
                    }
                    used -= freed;
                    if new != 0 {
                        live.insert(new, lives.blocks.len());
                        lives.blocks.push(Block { size, place, born: time, gone: u64::MAX });
                    }
                }
            }
        }
        lives
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Entry, Lives};
    use crate::detail::record::Place;

    fn change(old: u32, new: u32, size: u32) -> Entry {
        Entry::Change(Change { old, new, size, place: Place::default() })
    }

    fn there(lives: &Lives, time: Option<u64>) -> Vec<u32> {
        let blocks = lives.blocks.iter().filter(|block| block.lives(time.unwrap()));
        blocks.map(|block| block.size).collect()
    }

    #[test]
    fn a_block_that_moves_is_there_twice() {
        let lives = Lives::of(vec![
            change(0, 100, 9),
            Entry::Restart,
            change(0, 200, 10),
            change(0, 300, 1),
            change(200, 400, 20),
            Entry::Step(1),
            change(300, 300, 5),
            change(100, 0, 0),
            Entry::Step(2),
            change(400, 0, 0),
        ]);
        assert_eq!(there(&lives, lives.peak), [10, 1, 20]);
        assert_eq!(there(&lives, lives.loaded), [1, 20]);
        assert_eq!(there(&lives, lives.instantiated), [20, 5]);
    }

    #[test]
    fn the_peak_is_of_what_came_before_unloading() {
        let job = || vec![change(0, 1, 2), Entry::Step(3), change(0, 2, 9)];
        let again = [Entry::Restart, change(0, 1, 3), change(0, 2, 4)];
        let once = Lives::of(job());
        assert_eq!(there(&once, once.peak), [2]);
        let twice = Lives::of(job().into_iter().chain(again).collect());
        assert_eq!(there(&twice, twice.peak), [3, 4]);
    }

    #[test]
    fn what_never_came_is_unknown() {
        let lives = Lives::of(vec![Entry::Restart, change(0, 1, 2)]);
        assert_eq!((lives.loaded, lives.instantiated, lives.peak), (None, None, Some(2)));
    }
}
