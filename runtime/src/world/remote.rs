//! A memory of another engine's world.

use super::locked_memory::LockedMemory;
use crate::if_threads::IfThreads;
use alloc::sync::Arc;
use core::ops::Deref;

/// A memory of another engine's world.
#[derive(Debug, Clone)]
pub(crate) struct RemoteMemory(IfThreads<Arc<LockedMemory>>);

impl RemoteMemory {
    pub(crate) fn new(memory: LockedMemory) -> Self {
        let threads = memory.threads;
        Self(IfThreads::new(threads, Arc::new(memory)))
    }
}

impl Deref for RemoteMemory {
    type Target = LockedMemory;

    fn deref(&self) -> &LockedMemory {
        &self.0
    }
}
