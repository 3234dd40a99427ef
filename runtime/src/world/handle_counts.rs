//! How many can reach a world.

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// How many can reach a world, and whether someone waits for one of them.
#[derive(Default)]
pub(crate) struct HandleCounts {
    pub(super) count: AtomicUsize,
    /// How many of these are the embedder's own, and not views of other engines' stores.
    pub(super) own: AtomicUsize,
    pub(super) is_watched: AtomicBool,
}

impl HandleCounts {
    /// How many there are. All waits are woken when there are fewer.
    pub(crate) fn watch(&self) -> usize {
        // Before the count is read: of one that is dropped meanwhile either this or the other is told.
        self.is_watched.store(true, SeqCst);
        self.count.load(SeqCst)
    }

    /// Whether no guest of the world can run again.
    pub(crate) fn is_disowned(&self) -> bool {
        self.own.load(SeqCst) == 0
    }
}
