//! Borrowed views of a store, as handles take them.

use super::view::{View, ViewMut};
#[cfg(feature = "backtrace")]
use crate::backtrace::Backtrace;
use crate::engine::Engine;
use crate::error::Error;
use crate::threads_feature::Threads;
#[cfg(feature = "backtrace")]
use crate::world::shadow;
use crate::world::{
    World, WorldStore, fuel,
    member::Member,
    session::{Session, StoreId},
};
use alloc::boxed::Box;
use core::marker::PhantomData;
use wasmi::AsContext as _;

/// A shared borrow of a [`Store`](crate::Store).
///
/// ```
/// use vellum::{AsContext, Config, Engine, Store};
///
/// let store = Store::new(&Engine::new(&Config::new())?, 42);
/// assert_eq!(*store.as_context().data(), 42);
/// # Ok::<(), vellum::Error>(())
/// ```
pub struct StoreContext<'a, T: 'static> {
    pub(super) view: View<'a>,
    pub(super) data: PhantomData<&'a T>,
}

/// An exclusive borrow of a [`Store`](crate::Store).
///
/// ```
/// use vellum::{AsContextMut, Config, Engine, Store};
///
/// let mut store = Store::new(&Engine::new(&Config::new())?, 42);
/// *store.as_context_mut().data_mut() += 1;
/// assert_eq!(*store.data(), 43);
/// # Ok::<(), vellum::Error>(())
/// ```
pub struct StoreContextMut<'a, T: 'static> {
    pub(super) view: ViewMut<'a>,
    pub(super) data: PhantomData<&'a mut T>,
}

fn check(session: &Session, id: StoreId) -> Result<(), Error> {
    if session.id == id { Ok(()) } else { Err(Error::WrongStore) }
}

impl<'a, T: Send + 'static> StoreContext<'a, T> {
    pub(crate) fn direct(store: wasmi::StoreContext<'a, World>) -> Self {
        Self { view: View::Direct(store), data: PhantomData }
    }

    pub(crate) fn member(member: &'a Member) -> Self {
        Self { view: View::Member(member, member.threads), data: PhantomData }
    }

    pub(crate) fn locked(locked: &'a WorldStore, session: &'a Session, threads: Threads) -> Self {
        Self { view: View::Locked(locked, session, threads), data: PhantomData }
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

    /// Refuses a store whose compartment is abandoned.
    #[cfg(feature = "compartments")]
    #[inline]
    fn check_place(&self) -> Result<(), Error> {
        self.engine().place().check()
    }

    #[cfg(feature = "backtrace")]
    pub(crate) fn id(&self) -> StoreId {
        self.view.session().id
    }

    pub(crate) fn check(&self, id: StoreId) -> Result<(), Error> {
        #[cfg(feature = "compartments")]
        self.check_place()?;
        check(self.view.session(), id)
    }

    /// Reads something of the store, of the session `id`.
    pub(crate) fn read<R>(
        &self,
        id: StoreId,
        f: impl FnOnce(wasmi::StoreContext<'_, World>) -> R,
    ) -> Result<R, Error> {
        self.check(id)?;
        let guard;
        Ok(f(match self.view {
            View::Direct(store) => store,
            View::Member(member, _) => {
                guard = member.shared.reach()?;
                guard.inner.as_context()
            }
            View::Locked(locked, ..) => locked.inner.as_context(),
        }))
    }

    /// The store itself, of the session `id`, to borrow from.
    pub(crate) fn borrow(self, id: StoreId) -> Result<wasmi::StoreContext<'a, World>, Error> {
        self.check(id)?;
        match self.view {
            View::Direct(store) => Ok(store),
            View::Member(..) => Err(Error::CannotBorrow),
            View::Locked(locked, ..) => Ok((&*locked.inner).into()),
        }
    }
}

impl<'a, T: Send + 'static> StoreContextMut<'a, T> {
    pub(crate) fn direct(store: wasmi::StoreContextMut<'a, World>) -> Self {
        Self { view: ViewMut::Direct(store), data: PhantomData }
    }

    pub(crate) fn member(member: &'a mut Member) -> Self {
        Self { view: ViewMut::Member(member, member.threads), data: PhantomData }
    }

    pub(crate) fn locked(
        locked: &'a mut WorldStore,
        session: &'a mut Box<Session>,
        threads: Threads,
    ) -> Self {
        Self { view: ViewMut::Locked(locked, session, threads), data: PhantomData }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        match &self.view {
            ViewMut::Direct(store) => &store.data().engine,
            ViewMut::Member(member, _) => member.engine(),
            ViewMut::Locked(locked, ..) => &locked.inner.data().engine,
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
            ViewMut::Member(member, _) => member.session.fuel = fuel,
            ViewMut::Locked(_, session, _) => session.fuel = fuel,
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

    /// Where the guests of the store are, for a host function that they call; `None` if none of their modules is
    /// instrumented.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] in a host function that does not ask by its [`Caller`](crate::Caller).
    #[cfg(feature = "backtrace")]
    #[cfg_attr(docsrs, doc(cfg(feature = "backtrace")))]
    pub fn capture_backtrace(&mut self) -> Result<Option<Backtrace>, Error> {
        self.change(|store| shadow::backtrace(store, None))
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        self.view.session_mut()
    }

    /// Refuses a store whose compartment is abandoned.
    #[cfg(feature = "compartments")]
    #[inline]
    fn check_place(&self) -> Result<(), Error> {
        self.engine().place().check()
    }

    pub(crate) fn check(&self, id: StoreId) -> Result<(), Error> {
        #[cfg(feature = "compartments")]
        self.check_place()?;
        check(self.view.session(), id)
    }

    /// Changes something in the store.
    pub(crate) fn change<R>(
        &mut self,
        f: impl FnOnce(&mut wasmi::StoreContextMut<'_, World>) -> R,
    ) -> Result<R, Error> {
        match &mut self.view {
            ViewMut::Direct(store) => {
                #[cfg(feature = "compartments")]
                store.data().engine.place().check()?;
                Ok(f(store))
            }
            ViewMut::Member(..) | ViewMut::Locked(..) => Ok(f(&mut self.view.enter()?.store())),
        }
    }

    /// The store itself, if it is in reach and its calls run without slices.
    pub(crate) fn undivided(&mut self) -> Option<&mut wasmi::StoreContextMut<'a, World>> {
        match &mut self.view {
            #[cfg(feature = "backtrace")]
            ViewMut::Direct(store) if store.data().session.is_instrumented => None,
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
            ViewMut::Member(..) => Err(Error::CannotBorrow),
            ViewMut::Locked(locked, ..) => Ok((&mut *locked.inner).into()),
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
                Ok((bytes, world.session.user_mut()))
            }
            ViewMut::Member(..) => Err(Error::CannotBorrow),
            ViewMut::Locked(locked, session, _) => {
                Ok((memory.data_mut(&mut *locked.inner), session.user_mut()))
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
