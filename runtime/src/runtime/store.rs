//! A store: the unit in which guests, their memories and the embedder's data live and die.

use super::context::{user, user_mut};
use super::world::{MemoryEntry, World};
use super::{AsContext, AsContextMut, Engine, Error, StoreContext, StoreContextMut, StoreLimits};
use alloc::{boxed::Box, vec::Vec};
use core::{fmt, marker::PhantomData, mem};

/// Holds instances, memories and the embedder's data `T`.
///
/// Nothing in a store is freed before the store is: dropping it returns the pages of all its
/// memories to the pool.
pub struct Store<T: Send + 'static> {
    pub(crate) inner: wasmi::Store<World>,
    /// Filled on drop, so that the pages outlive the interpreter's hold on them: fields are
    /// dropped in this order.
    pages: Vec<MemoryEntry>,
    data: PhantomData<T>,
}

impl<T: Send + 'static> Store<T> {
    /// Makes an empty store around the embedder's `data`.
    ///
    /// `data` must be `Send`, because stores may be shared between tasks and cores.
    pub fn new(engine: &Engine, data: T) -> Self {
        let mut inner = wasmi::Store::new(engine.wasmi(), World::new(engine, Box::new(data)));
        inner.limiter(|world| world);
        Self { inner, pages: Vec::new(), data: PhantomData }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        &self.inner.data().engine
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        user(self.inner.data())
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        user_mut(self.inner.data_mut())
    }

    /// Sets what the store may hold. What it holds already stays.
    pub fn set_limits(&mut self, limits: StoreLimits) {
        self.inner.data_mut().limits = limits;
    }

    /// What the store may hold.
    pub fn limits(&self) -> StoreLimits {
        self.inner.data().limits
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
    pub fn reserved_bytes(&self) -> u64 {
        self.inner.data().reserved_bytes()
    }
}

impl<T: Send + 'static> Drop for Store<T> {
    fn drop(&mut self) {
        self.pages = mem::take(&mut self.inner.data_mut().memories);
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
        StoreContext::new((&self.inner).into())
    }
}

impl<T: Send + 'static> AsContextMut for Store<T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut::new((&mut self.inner).into())
    }
}
