//! A memory of another engine's world.

use super::definitions::{LockedMemory, RemoteMemory};
use crate::if_threads::IfThreads;
use alloc::sync::Arc;
use core::ops::Deref;

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
