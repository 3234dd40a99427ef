//! Who can reach a world.

use super::seat::Shared;
use crate::presence::Threads;
use alloc::sync::Arc;
use core::ops::Deref;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// How many can reach a world, and whether someone waits for one of them.
#[derive(Default)]
pub(super) struct Handles {
    count: AtomicUsize,
    is_watched: AtomicBool,
}

impl Handles {
    /// How many there are. Who asks is roused when there are fewer.
    pub(super) fn watch(&self) -> usize {
        // Before the count is read: of one that is dropped meanwhile either this or the other is told.
        self.is_watched.store(true, SeqCst);
        self.count.load(SeqCst)
    }
}

/// A world that a store or a shared memory can reach, and so whoever waits there notified.
pub(crate) struct Handle(Arc<Shared>, Threads);

impl Handle {
    pub(crate) fn new(threads: Threads, shared: Arc<Shared>) -> Self {
        shared.handles.count.fetch_add(1, SeqCst);
        Self(shared, threads)
    }

    /// Whether both are the same world.
    pub(super) fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.0, &b.0)
    }
}

impl Clone for Handle {
    fn clone(&self) -> Self {
        Self::new(self.1, Arc::clone(&self.0))
    }
}

impl Deref for Handle {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let handles = &self.0.handles;
        if handles.count.fetch_sub(1, SeqCst) > 1 && handles.is_watched.swap(false, SeqCst) {
            self.0.errands.rouse();
            // If this context holds the lock, it does the errand when it releases it.
            drop(self.0.lock());
        }
    }
}
