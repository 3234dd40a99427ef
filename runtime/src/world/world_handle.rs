//! Who can reach a world.

use super::definitions::{SharedWorld, WorldHandle};
use crate::engine::Engine;
use crate::if_threads::IfThreads;
use crate::threads_feature::Threads;
use alloc::sync::Arc;
use core::ops::Deref;
use core::sync::atomic::Ordering::SeqCst;

impl WorldHandle {
    /// The world that all stores of an engine share.
    pub(crate) fn of(engine: &Engine, threads: Threads) -> Self {
        Self::counted(threads, engine.shared(|| SharedWorld::new(engine, threads)), true)
    }

    fn counted(threads: Threads, shared: Arc<SharedWorld>, is_own: bool) -> Self {
        shared.handles.count.fetch_add(1, SeqCst);
        shared.handles.own.fetch_add(usize::from(is_own), SeqCst);
        Self { shared: IfThreads::new(threads, shared), threads, is_own }
    }

    /// A handle for a view that a store of another engine has.
    pub(crate) fn lent(&self) -> Self {
        Self::counted(self.threads, Arc::clone(&self.shared), false)
    }

    /// A handle of the embedder's own.
    pub(crate) fn owned(&self) -> Self {
        Self::counted(self.threads, Arc::clone(&self.shared), true)
    }

    /// Whether both are the same world.
    pub(crate) fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.shared, &b.shared)
    }
}

impl Clone for WorldHandle {
    fn clone(&self) -> Self {
        Self::counted(self.threads, Arc::clone(&self.shared), self.is_own)
    }
}

impl Deref for WorldHandle {
    type Target = SharedWorld;

    fn deref(&self) -> &SharedWorld {
        &self.shared
    }
}

impl Drop for WorldHandle {
    fn drop(&mut self) {
        let SharedWorld { handles, .. } = &**self.shared;
        let is_disowned = self.is_own && handles.own.fetch_sub(1, SeqCst) == 1;
        if handles.count.fetch_sub(1, SeqCst) == 1 {
            return;
        }
        let is_watched = handles.is_watched.swap(false, SeqCst);
        if is_disowned {
            self.shared.unlink_later();
        }
        if is_watched {
            self.shared.wake_all_later();
        }
        if is_disowned || is_watched {
            // Never waits: who drops it may hold the lock of another world, or this one.
            drop(self.shared.lock_soon());
        }
    }
}
