//! Borrowed views of a store, as handles take them.

use super::world::{StoreId, World};
use super::{Engine, Error};
use core::marker::PhantomData;
use wasmi::{AsContext as _, AsContextMut as _};

/// What a shared borrow of a store can be taken from.
pub trait AsContext {
    /// The embedder's data in the store.
    type Data: Send + 'static;

    /// Borrows the store.
    fn as_context(&self) -> StoreContext<'_, Self::Data>;
}

/// What an exclusive borrow of a store can be taken from.
pub trait AsContextMut: AsContext {
    /// Borrows the store to change it.
    fn as_context_mut(&mut self) -> StoreContextMut<'_, Self::Data>;
}

/// A shared borrow of a [`Store`](crate::Store).
pub struct StoreContext<'a, T: 'static> {
    pub(crate) inner: wasmi::StoreContext<'a, World>,
    data: PhantomData<&'a T>,
}

/// An exclusive borrow of a [`Store`](crate::Store).
pub struct StoreContextMut<'a, T: 'static> {
    pub(crate) inner: wasmi::StoreContextMut<'a, World>,
    data: PhantomData<&'a mut T>,
}

/// Every way into a store of `T` is typed, and the store was made with a `T`.
const TYPED: &str = "the store's data has the store's type";

pub(crate) fn user<T: Send + 'static>(world: &World) -> &T {
    world.user.downcast_ref().expect(TYPED)
}

pub(crate) fn user_mut<T: Send + 'static>(world: &mut World) -> &mut T {
    world.user.downcast_mut().expect(TYPED)
}

fn check(world: &World, id: StoreId) -> Result<(), Error> {
    if world.id == id { Ok(()) } else { Err(Error::WrongStore) }
}

fn no_fuel(_: wasmi::Error) -> Error {
    Error::Config("the engine does not count fuel: enable it with consume_fuel")
}

impl<'a, T: Send + 'static> StoreContext<'a, T> {
    pub(crate) fn new(inner: wasmi::StoreContext<'a, World>) -> Self {
        Self { inner, data: PhantomData }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        &self.inner.data().engine
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        user(self.inner.data())
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn get_fuel(&self) -> Result<u64, Error> {
        self.inner.get_fuel().map_err(no_fuel)
    }

    pub(crate) fn world(&self) -> &World {
        self.inner.data()
    }

    pub(crate) fn check(&self, id: StoreId) -> Result<(), Error> {
        check(self.inner.data(), id)
    }
}

impl<'a, T: Send + 'static> StoreContextMut<'a, T> {
    pub(crate) fn new(inner: wasmi::StoreContextMut<'a, World>) -> Self {
        Self { inner, data: PhantomData }
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

    /// Sets the fuel that calls may use up from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.inner.set_fuel(fuel).map_err(no_fuel)
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn get_fuel(&self) -> Result<u64, Error> {
        self.inner.get_fuel().map_err(no_fuel)
    }

    pub(crate) fn world(&self) -> &World {
        self.inner.data()
    }

    pub(crate) fn check(&self, id: StoreId) -> Result<(), Error> {
        check(self.inner.data(), id)
    }
}

impl<T: Send + 'static> Clone for StoreContext<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + 'static> Copy for StoreContext<'_, T> {}

impl<T: Send + 'static> AsContext for StoreContext<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        *self
    }
}

impl<T: Send + 'static> AsContext for StoreContextMut<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext::new(self.inner.as_context())
    }
}

impl<T: Send + 'static> AsContextMut for StoreContextMut<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut::new(self.inner.as_context_mut())
    }
}

impl<C: AsContext> AsContext for &C {
    type Data = C::Data;

    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContext> AsContext for &mut C {
    type Data = C::Data;

    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContextMut> AsContextMut for &mut C {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, C::Data> {
        C::as_context_mut(self)
    }
}

impl<'a, C: AsContext> From<&'a C> for StoreContext<'a, C::Data> {
    fn from(store: &'a C) -> Self {
        store.as_context()
    }
}

impl<'a, C: AsContext> From<&'a mut C> for StoreContext<'a, C::Data> {
    fn from(store: &'a mut C) -> Self {
        C::as_context(store)
    }
}

impl<'a, C: AsContextMut> From<&'a mut C> for StoreContextMut<'a, C::Data> {
    fn from(store: &'a mut C) -> Self {
        store.as_context_mut()
    }
}
