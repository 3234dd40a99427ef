//! A store: the unit in which guests and the embedder's data live and die.

use super::context::{user, user_mut};
use super::threads::{Seat, StoreGuard};
use super::world::{MemoryEntry, Session, World};
use super::{AsContext, AsContextMut, Engine, Error, StoreContext, StoreContextMut, StoreLimits};
use alloc::{boxed::Box, vec::Vec};
use core::{fmt, marker::PhantomData, mem};

/// The interpreter's store, and what must outlive it.
pub(crate) struct Home {
    pub(crate) inner: wasmi::Store<World>,
    /// Filled on drop, so that the pages outlive the interpreter's hold on them: fields are
    /// dropped in this order.
    pages: Vec<MemoryEntry>,
}

impl Home {
    pub(crate) fn new(engine: &Engine, session: Box<Session>) -> Self {
        let mut inner = wasmi::Store::new(engine.wasmi(), World::new(engine, session));
        inner.limiter(|world| world);
        Self { inner, pages: Vec::new() }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.pages = mem::take(&mut self.inner.data_mut().memories);
    }
}

/// Holds instances, memories and the embedder's data `T`.
///
/// Nothing in a store is freed before the store is: dropping it returns the pages of all its
/// memories to the pool. All stores of an engine with [threads](crate::Config::threads) share one
/// world, whose pages return when the last of them and the last
/// [`SharedMemory`](crate::SharedMemory) of the engine is dropped.
pub struct Store<T: Send + 'static> {
    place: Place,
    data: PhantomData<T>,
}

#[expect(clippy::large_enum_variant, reason = "a store without threads needs no heap of its own")]
enum Place {
    /// In a world of its own.
    Home(Home),
    /// In the world of its engine.
    Seat(Seat),
}

impl<T: Send + 'static> Store<T> {
    /// Makes an empty store around the embedder's `data`.
    ///
    /// `data` must be `Send`, because stores may be shared between tasks and cores.
    pub fn new(engine: &Engine, data: T) -> Self {
        let place = match engine.config().proof() {
            Some(threads) => Place::Seat(Seat::new(threads, engine, Box::new(data))),
            None => Place::Home(Home::new(engine, Session::new(Box::new(data), 0))),
        };
        Self { place, data: PhantomData }
    }

    fn session(&self) -> &Session {
        match &self.place {
            Place::Home(home) => &home.inner.data().session,
            Place::Seat(seat) => &seat.session,
        }
    }

    fn session_mut(&mut self) -> &mut Session {
        match &mut self.place {
            Place::Home(home) => &mut home.inner.data_mut().session,
            Place::Seat(seat) => &mut seat.session,
        }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        match &self.place {
            Place::Home(home) => &home.inner.data().engine,
            Place::Seat(seat) => seat.engine(),
        }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        user(self.session())
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        user_mut(self.session_mut())
    }

    /// Sets what the store may hold. What it holds already stays.
    pub fn set_limits(&mut self, limits: StoreLimits) {
        self.session_mut().limits = limits;
    }

    /// What the store may hold.
    pub fn limits(&self) -> StoreLimits {
        self.session().limits
    }

    /// Sets the fuel that calls may use up from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.as_context_mut().set_fuel(fuel)
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn get_fuel(&self) -> Result<u64, Error> {
        self.as_context().get_fuel()
    }

    /// Bytes of the pool that the store's memories reserve.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] in a host function of a guest of the same engine with threads.
    pub fn reserved_bytes(&self) -> Result<u64, Error> {
        let id = self.session().id;
        self.as_context().read(id, |store| store.data().reserved_bytes(id))
    }

    /// Bytes that the store's memories have, of those they reserve.
    ///
    /// # Errors
    ///
    /// As for [`Store::reserved_bytes`].
    pub fn memory_bytes(&self) -> Result<u64, Error> {
        let id = self.session().id;
        self.as_context().read(id, |store| {
            let memories = store.data().memories_of(id);
            memories.map(|entry| entry.inner.data_size(store) as u64).sum()
        })
    }

    /// Takes the lock of the store's world, so that bytes can be borrowed. While the guard lives, no
    /// other store of the engine goes on. Of an engine without threads, the store is all there is to
    /// take.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] when the asking context holds the lock already.
    pub fn lock(&mut self) -> Result<StoreGuard<'_, T>, Error> {
        match &mut self.place {
            Place::Home(home) => Ok(StoreGuard::of_home(home)),
            Place::Seat(seat) => StoreGuard::of_seat(seat),
        }
    }
}

impl<T: Send + fmt::Debug + 'static> fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("data", self.data()).finish_non_exhaustive()
    }
}

impl<T: Send + 'static> AsContext for Store<T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        match &self.place {
            Place::Home(home) => StoreContext::direct((&home.inner).into()),
            Place::Seat(seat) => StoreContext::seat(seat),
        }
    }
}

impl<T: Send + 'static> AsContextMut for Store<T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        match &mut self.place {
            Place::Home(home) => StoreContextMut::direct((&mut home.inner).into()),
            Place::Seat(seat) => StoreContextMut::seat(seat),
        }
    }
}
