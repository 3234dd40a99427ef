//! The interpreter's store, and what must outlive it.

use super::{
    deferred::DeferredWork,
    definitions::{Address, LocalMemory, Waits, World, WorldStore},
    delivery::Delivery,
    session::Session,
};
use crate::engine::Engine;
use alloc::{boxed::Box, vec::Vec};
use core::mem;
use vellum_memory::{Attachment, Monitored, Recipient};

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

impl Monitored for WorldStore {
    type Key = Address;
    type Place = LocalMemory;
    type Mailboxes = Vec<(LocalMemory, Attachment)>;
    type Deferred = DeferredWork;

    #[inline]
    fn wait_set(&self) -> Option<&Waits> {
        self.inner.data().waits.as_ref().map(|waits| &***waits)
    }

    fn wait_set_mut(&mut self) -> Option<&mut Waits> {
        self.inner.data_mut().waits.as_mut().map(|waits| &mut ***waits)
    }

    fn recipient(&mut self, place: LocalMemory) -> impl Recipient {
        Delivery { store: (&mut self.inner).into(), place }
    }

    fn run_deferred(&mut self, deferred: DeferredWork) {
        deferred.run(self.inner.data_mut());
    }
}
