//! Borrowed views of a store, as handles take them.

use super::view::{View, ViewMut};
use crate::engine::Engine;
use crate::error::Error;
use crate::world::{
    World, fuel,
    seat::Seat,
    session::{Session, StoreId},
};
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
    view: View<'a>,
    data: PhantomData<&'a T>,
}

/// An exclusive borrow of a [`Store`](crate::Store).
pub struct StoreContextMut<'a, T: 'static> {
    view: ViewMut<'a>,
    data: PhantomData<&'a mut T>,
}

const BORROWED: Error = Error::Config(
    "the bytes of a store with threads are borrowed from Store::lock, not from the store",
);

fn check(session: &Session, id: StoreId) -> Result<(), Error> {
    if session.id == id { Ok(()) } else { Err(Error::WrongStore) }
}

impl<'a, T: Send + 'static> StoreContext<'a, T> {
    pub(crate) fn direct(store: wasmi::StoreContext<'a, World>) -> Self {
        Self { view: View::Direct(store), data: PhantomData }
    }

    pub(crate) fn seat(seat: &'a Seat) -> Self {
        Self { view: View::Seat(seat, seat.threads), data: PhantomData }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        self.view.engine()
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.view.session().user()
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn get_fuel(&self) -> Result<u64, Error> {
        self.view.get_fuel()
    }

    pub(crate) fn check(&self, id: StoreId) -> Result<(), Error> {
        check(self.view.session(), id)
    }

    /// Reads something of the store, of the session `id`.
    pub(crate) fn read<R>(
        &self,
        id: StoreId,
        f: impl FnOnce(wasmi::StoreContext<'_, World>) -> R,
    ) -> Result<R, Error> {
        self.check(id)?;
        match self.view {
            View::Direct(store) => Ok(f(store)),
            View::Seat(seat, _) => Ok(f(seat.lock()?.inner.as_context())),
        }
    }

    /// The store itself, of the session `id`, to borrow from.
    pub(crate) fn borrow(self, id: StoreId) -> Result<wasmi::StoreContext<'a, World>, Error> {
        self.check(id)?;
        match self.view {
            View::Direct(store) => Ok(store),
            View::Seat(..) => Err(BORROWED),
        }
    }
}

impl<'a, T: Send + 'static> StoreContextMut<'a, T> {
    pub(crate) fn direct(store: wasmi::StoreContextMut<'a, World>) -> Self {
        Self { view: ViewMut::Direct(store), data: PhantomData }
    }

    pub(crate) fn seat(seat: &'a mut Seat) -> Self {
        Self { view: ViewMut::Seat(seat, seat.threads), data: PhantomData }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        match &self.view {
            ViewMut::Direct(store) => &store.data().engine,
            ViewMut::Seat(seat, _) => seat.engine(),
        }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.view.session().user()
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        self.view.session_mut().user_mut()
    }

    /// Sets the fuel that calls may use up from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        fuel::check(self.engine())?;
        match &mut self.view {
            ViewMut::Direct(store) => fuel::set(store, fuel),
            ViewMut::Seat(seat, _) => seat.session.fuel = fuel,
        }
        Ok(())
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn get_fuel(&self) -> Result<u64, Error> {
        self.view.as_view().get_fuel()
    }

    pub(crate) fn id(&self) -> StoreId {
        self.view.session().id
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        self.view.session_mut()
    }

    pub(crate) fn check(&self, id: StoreId) -> Result<(), Error> {
        check(self.view.session(), id)
    }

    /// Changes something in the store.
    pub(crate) fn change<R>(
        &mut self,
        f: impl FnOnce(&mut wasmi::StoreContextMut<'_, World>) -> R,
    ) -> Result<R, Error> {
        match &mut self.view {
            ViewMut::Direct(store) => Ok(f(store)),
            ViewMut::Seat(seat, _) => Ok(f(&mut seat.enter()?.store())),
        }
    }

    /// The store itself, if it is in reach and its calls run without slices.
    pub(crate) fn undivided(&mut self) -> Option<&mut wasmi::StoreContextMut<'a, World>> {
        match &mut self.view {
            ViewMut::Direct(store) if !store.data().engine.config().has_threads() => Some(store),
            _ => None,
        }
    }

    /// The store, wherever it is.
    pub(crate) fn view_mut(&mut self) -> &mut ViewMut<'a> {
        &mut self.view
    }

    /// The store itself, of the session `id`, to borrow from.
    pub(crate) fn borrow(self, id: StoreId) -> Result<wasmi::StoreContextMut<'a, World>, Error> {
        self.check(id)?;
        match self.view {
            ViewMut::Direct(store) => Ok(store),
            ViewMut::Seat(..) => Err(BORROWED),
        }
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
        StoreContext { view: self.view.as_view(), data: PhantomData }
    }
}

impl<T: Send + 'static> AsContextMut for StoreContextMut<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        match &mut self.view {
            ViewMut::Direct(store) => StoreContextMut::direct(store.as_context_mut()),
            ViewMut::Seat(seat, _) => StoreContextMut::seat(seat),
        }
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
