//! The interpreter's store, and what must outlive it.

use super::{World, memory_entry::MemoryEntry, session::Session};
use crate::engine::Engine;
use alloc::{boxed::Box, vec::Vec};
use core::mem;

/// The interpreter's store, and what must outlive it.
pub(crate) struct WorldStore {
    pub(crate) inner: wasmi::Store<World>,
    /// Filled on drop, so that the pages outlive the interpreter's hold on them: fields are
    /// dropped in this order.
    pages: Vec<MemoryEntry>,
}

impl WorldStore {
    pub(crate) fn new(engine: &Engine, session: Box<Session>) -> Self {
        let mut inner = wasmi::Store::new(engine.wasmi(), World::new(engine, session));
        inner.limiter(|world| world);
        Self { inner, pages: Vec::new() }
    }
}

impl Drop for WorldStore {
    fn drop(&mut self) {
        self.pages = mem::take(&mut self.inner.data_mut().memories);
    }
}
