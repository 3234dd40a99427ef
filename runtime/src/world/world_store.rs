//! The interpreter's store, and what must outlive it.

#![expect(
    unsafe_code,
    reason = "the store is dropped where it runs, or forgotten without its world"
)]

use super::{
    deferred::DeferredWork,
    definitions::{
        Address, InstanceEntry, LocalMemory, MemoryEntry, Suspension, Waits, World, WorldStore,
    },
    delivery::Delivery,
    limiter::SessionLimiter,
    session::Session,
};
use crate::engine::Engine;
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::any::Any;
use core::mem::{self, ManuallyDrop};
use core::ptr;
use vellum_memory::{Attachment, Monitored, Recipient};

impl WorldStore {
    pub(crate) fn new(engine: &Engine, session: Box<Session>) -> Self {
        // Of what is allocated, the world alone: so it is on the program's heap, wherever the
        // interpreter runs.
        let mut inner = wasmi::Store::new(engine.wasmi(), World::new(engine, session));
        inner.limiter(|world| world);
        Self { inner: ManuallyDrop::new(inner) }
    }
}

impl Drop for WorldStore {
    fn drop(&mut self) {
        let Self { inner } = self;
        let world = inner.data_mut();
        let place = world.engine.place().clone();
        let outside = world.outside();
        let mut has_begun = false;
        let dropped = place.run(|| {
            has_begun = true;
            // SAFETY: the store is dropped here alone, and not used any more.
            unsafe { ManuallyDrop::drop(inner) }
        });
        // What was left in the middle of being dropped stays as it is.
        if dropped.is_err() && !has_begun {
            let world = ptr::from_mut(inner.data_mut());
            // SAFETY: the interpreter's store has its data in a box, which is on the program's heap
            // because that is where the store was made. The store is forgotten.
            drop(unsafe { Box::from_raw(world) });
        }
        drop(outside);
    }
}

/// What a world owns of the embedder's, and what must outlive the interpreter's store.
struct Outside {
    _pages: Vec<MemoryEntry>,
    _user: Box<dyn Any + Send>,
    _limiter: Option<Box<dyn SessionLimiter>>,
    _kept: Vec<Arc<dyn Any + Send + Sync>>,
    _instances: Vec<InstanceEntry>,
    _suspension: Option<Suspension>,
    #[cfg(feature = "backtrace")]
    _shadows: Vec<super::shadow::Shadow>,
    #[cfg(feature = "backtrace")]
    _backtrace: Option<crate::backtrace::Backtrace>,
}

impl World {
    /// Takes out what is not to be dropped where the interpreter runs.
    fn outside(&mut self) -> Outside {
        Outside {
            _pages: mem::take(&mut self.memories),
            _user: mem::replace(&mut self.session.user, Box::new(())),
            _limiter: self.session.limiter.take(),
            _kept: mem::take(&mut self.kept),
            _instances: mem::take(&mut self.instances),
            _suspension: self.suspension.take(),
            #[cfg(feature = "backtrace")]
            _shadows: mem::take(&mut self.shadows),
            #[cfg(feature = "backtrace")]
            _backtrace: self.session.backtrace.take(),
        }
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
        Delivery { store: (&mut *self.inner).into(), place }
    }

    fn run_deferred(&mut self, deferred: DeferredWork) {
        deferred.run(self.inner.data_mut());
    }
}
