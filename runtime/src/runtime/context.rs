//! Borrowed views of a store, as handles take them.

use super::store::Home;
use super::threads::{Entered, Seat};
use super::view::{View, ViewMut};
use super::world::{Session, StoreId, World};
use super::{AsContext, AsContextMut, Engine, Error};
use crate::presence::Threads;
use alloc::boxed::Box;
use core::marker::PhantomData;
use wasmi::{AsContext as _, AsContextMut as _};

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

/// Every way into a store of `T` is typed, and the store was made with a `T`.
const TYPED: &str = "the store's data has the store's type";

const BORROWED: Error = Error::Config(
    "the bytes of a store with threads are borrowed from Store::lock, not from the store",
);

pub(crate) fn user<T: Send + 'static>(session: &Session) -> &T {
    session.user.downcast_ref().expect(TYPED)
}

pub(crate) fn user_mut<T: Send + 'static>(session: &mut Session) -> &mut T {
    session.user.downcast_mut().expect(TYPED)
}

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

    pub(crate) fn held(home: &'a Home, session: &'a Session, threads: Threads) -> Self {
        Self { view: View::Held(home, session, threads), data: PhantomData }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        self.view.engine()
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        user(self.view.session())
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
        let locked;
        Ok(f(match self.view {
            View::Direct(store) => store,
            View::Seat(seat, _) => {
                locked = seat.lock()?;
                locked.inner.as_context()
            }
            View::Held(home, ..) => home.inner.as_context(),
        }))
    }

    /// The store itself, of the session `id`, to borrow from.
    pub(crate) fn borrow(self, id: StoreId) -> Result<wasmi::StoreContext<'a, World>, Error> {
        self.check(id)?;
        match self.view {
            View::Direct(store) => Ok(store),
            View::Seat(..) => Err(BORROWED),
            View::Held(home, ..) => Ok((&home.inner).into()),
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

    pub(crate) fn held(
        home: &'a mut Home,
        session: &'a mut Box<Session>,
        threads: Threads,
    ) -> Self {
        Self { view: ViewMut::Held(home, session, threads), data: PhantomData }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        match &self.view {
            ViewMut::Direct(store) => &store.data().engine,
            ViewMut::Seat(seat, _) => seat.engine(),
            ViewMut::Held(home, ..) => &home.inner.data().engine,
        }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        user(self.view.session())
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        user_mut(self.view.session_mut())
    }

    /// Sets the fuel that calls may use up from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        super::fuel::check(self.engine())?;
        match &mut self.view {
            ViewMut::Direct(store) => super::fuel::set(store, fuel),
            ViewMut::Seat(seat, _) => seat.session.fuel = fuel,
            ViewMut::Held(_, session, _) => session.fuel = fuel,
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
            ViewMut::Seat(..) | ViewMut::Held(..) => Ok(f(&mut self.view.enter()?.store())),
        }
    }

    /// The store itself, if it is in reach and its calls run without slices.
    pub(crate) fn undivided(&mut self) -> Option<&mut wasmi::StoreContextMut<'a, World>> {
        match &mut self.view {
            ViewMut::Direct(store) if !store.data().engine.config().has_threads() => Some(store),
            _ => None,
        }
    }

    /// Calls a function of the store, its arguments checked already.
    pub(crate) fn run(
        &mut self,
        func: wasmi::Func,
        params: &[wasmi::Val],
        results: &mut [wasmi::Val],
    ) -> Result<(), Error> {
        let mut running;
        let mut store = match &mut self.view {
            ViewMut::Direct(store) => store.as_context_mut(),
            ViewMut::Seat(seat, _) => return super::threads::block(seat, func, params, results),
            ViewMut::Held(home, session, _) => {
                running = Entered::lent(home, session);
                running.store()
            }
        };
        super::func::run(&mut store, func, params, results)
    }

    /// Calls a function of the store as a future, its arguments checked already.
    pub(crate) async fn give_way(
        &mut self,
        func: wasmi::Func,
        params: &[wasmi::Val],
        results: &mut [wasmi::Val],
    ) -> Result<(), Error> {
        match &mut self.view {
            ViewMut::Seat(seat, _) => super::threads::give_way(seat, func, params, results).await,
            ViewMut::Direct(_) | ViewMut::Held(..) => self.run(func, params, results),
        }
    }

    /// The store itself, of the session `id`, to borrow from.
    pub(crate) fn borrow(self, id: StoreId) -> Result<wasmi::StoreContextMut<'a, World>, Error> {
        self.check(id)?;
        match self.view {
            ViewMut::Direct(store) => Ok(store),
            ViewMut::Seat(..) => Err(BORROWED),
            ViewMut::Held(home, ..) => Ok((&mut home.inner).into()),
        }
    }

    /// The bytes of a memory of the session `id`, and the embedder's data.
    pub(crate) fn borrow_both(
        self,
        id: StoreId,
        memory: wasmi::Memory,
    ) -> Result<(&'a mut [u8], &'a mut T), Error> {
        self.check(id)?;
        match self.view {
            ViewMut::Direct(store) => {
                let (bytes, world) = memory.data_and_store_mut(store);
                Ok((bytes, user_mut(&mut world.session)))
            }
            ViewMut::Seat(..) => Err(BORROWED),
            ViewMut::Held(home, session, _) => {
                Ok((memory.data_mut(&mut home.inner), user_mut(session)))
            }
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
            ViewMut::Held(home, session, threads) => StoreContextMut::held(home, session, *threads),
        }
    }
}
