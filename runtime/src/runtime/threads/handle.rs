//! Who can reach a world.

use super::seat::Shared;
use crate::{if_threads::IfThreads, threads_feature::Threads};
use alloc::sync::Arc;
use core::ops::Deref;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// How many can reach a world, and whether someone waits for one of them.
#[derive(Default)]
pub(super) struct Handles {
    count: AtomicUsize,
    /// How many of these are the embedder's own, and not views of other engines' stores.
    own: AtomicUsize,
    is_watched: AtomicBool,
}

impl Handles {
    /// How many there are. Who asks is roused when there are fewer.
    pub(super) fn watch(&self) -> usize {
        // Before the count is read: of one that is dropped meanwhile either this or the other is told.
        self.is_watched.store(true, SeqCst);
        self.count.load(SeqCst)
    }

    /// Whether no guest of the world can run again.
    pub(super) fn is_disowned(&self) -> bool {
        self.own.load(SeqCst) == 0
    }
}

/// A world that a store or a shared memory can reach, and so whoever waits there notified.
pub(crate) struct Handle {
    shared: IfThreads<Arc<Shared>>,
    threads: Threads,
    /// Whether it is the embedder's, and not a view that a store of another engine has.
    is_own: bool,
}

impl Handle {
    pub(crate) fn new(threads: Threads, shared: Arc<Shared>) -> Self {
        Self::counted(threads, shared, true)
    }

    fn counted(threads: Threads, shared: Arc<Shared>, is_own: bool) -> Self {
        shared.handles.count.fetch_add(1, SeqCst);
        shared.handles.own.fetch_add(usize::from(is_own), SeqCst);
        Self { shared: IfThreads::new(threads, shared), threads, is_own }
    }

    /// A handle for a view that a store of another engine has.
    pub(super) fn lent(&self) -> Self {
        Self::counted(self.threads, Arc::clone(&self.shared), false)
    }

    /// Whether both are the same world.
    pub(super) fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.shared, &b.shared)
    }
}

impl Clone for Handle {
    fn clone(&self) -> Self {
        Self::counted(self.threads, Arc::clone(&self.shared), self.is_own)
    }
}

impl Deref for Handle {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let Shared { handles, errands, .. } = &**self.shared;
        let is_disowned = self.is_own && handles.own.fetch_sub(1, SeqCst) == 1;
        if handles.count.fetch_sub(1, SeqCst) == 1 {
            return;
        }
        let is_watched = handles.is_watched.swap(false, SeqCst);
        if is_disowned {
            errands.unlink();
        }
        if is_watched {
            errands.rouse();
        }
        if is_disowned || is_watched {
            // Never waits: who drops it may hold the lock of another world, or this one.
            drop(self.shared.lock_soon());
        }
    }
}
