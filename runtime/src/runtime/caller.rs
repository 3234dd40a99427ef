//! What a host function sees of the guest that called it.

use super::world::World;
use super::{AsContext, AsContextMut, Engine, Error, Extern, StoreContext, StoreContextMut};
use core::marker::PhantomData;
use wasmi::{AsContext as _, AsContextMut as _};

/// The store as a host function may use it, and the exports of the instance that called.
pub struct Caller<'a, T: 'static> {
    inner: wasmi::Caller<'a, World>,
    data: PhantomData<&'a mut T>,
}

impl<'a, T: Send + 'static> Caller<'a, T> {
    pub(crate) fn new(inner: wasmi::Caller<'a, World>) -> Self {
        Self { inner, data: PhantomData }
    }

    /// The calling instance's export of that name, if there is one.
    ///
    /// Always `None` in a host function that the embedder calls itself.
    pub fn get_export(&mut self, name: &str) -> Option<Extern> {
        let export = self.inner.get_export(name)?;
        Some(Extern::from_wasmi(self.inner.as_context(), export))
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        super::context::user(self.inner.data())
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        super::context::user_mut(self.inner.data_mut())
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        &self.inner.data().engine
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn get_fuel(&self) -> Result<u64, Error> {
        self.as_context().get_fuel()
    }

    /// Sets the fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.as_context_mut().set_fuel(fuel)
    }
}

impl<T: Send + 'static> AsContext for Caller<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext::new(self.inner.as_context())
    }
}

impl<T: Send + 'static> AsContextMut for Caller<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut::new(self.inner.as_context_mut())
    }
}
