//! Where a store is: in reach, or in a world whose lock is to be taken.

use crate::engine::Engine;
use crate::error::Error;
use crate::threads_feature::Threads;
use crate::world::{
    World, WorldStore, fuel, member::Member, session::Session, session_guard::SessionGuard,
};
use alloc::boxed::Box;
use wasmi::AsContext as _;

/// A store that is only looked at.
#[derive(Clone, Copy)]
pub(crate) enum View<'a> {
    Direct(wasmi::StoreContext<'a, World>),
    Member(&'a Member, Threads),
    /// A world whose lock is held, and a session that is not in it.
    Locked(&'a WorldStore, &'a Session, Threads),
}

/// A store that is changed.
pub(crate) enum ViewMut<'a> {
    Direct(wasmi::StoreContextMut<'a, World>),
    Member(&'a mut Member, Threads),
    /// As [`View::Locked`]: the session is in the world for one operation at a time.
    Locked(&'a mut WorldStore, &'a mut Box<Session>, Threads),
}

impl View<'_> {
    pub(crate) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Member(member, _) => &member.session,
            Self::Locked(_, session, _) => session,
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        match self {
            Self::Direct(store) => &store.data().engine,
            Self::Member(member, _) => member.engine(),
            Self::Locked(locked, ..) => &locked.inner.data().engine,
        }
    }

    pub(crate) fn get_fuel(&self) -> Result<u64, Error> {
        fuel::check(self.engine())?;
        Ok(match self {
            Self::Direct(store) => fuel::left(store),
            Self::Member(member, _) => member.session.fuel,
            Self::Locked(_, session, _) => session.fuel,
        })
    }
}

impl ViewMut<'_> {
    /// Makes the session the one that runs in its world.
    #[inline(never)]
    pub(crate) fn enter(&mut self) -> Result<SessionGuard<'_>, Error> {
        match self {
            Self::Direct(_) => Err(Error::WouldDeadlock),
            Self::Member(member, _) => member.enter(),
            Self::Locked(locked, session, _) => SessionGuard::lent(locked, session),
        }
    }

    pub(crate) fn as_view(&self) -> View<'_> {
        match self {
            Self::Direct(store) => View::Direct(store.as_context()),
            Self::Member(member, threads) => View::Member(member, *threads),
            Self::Locked(locked, session, threads) => View::Locked(locked, session, *threads),
        }
    }

    pub(crate) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Member(member, _) => &member.session,
            Self::Locked(_, session, _) => session,
        }
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        match self {
            Self::Direct(store) => &mut store.data_mut().session,
            Self::Member(member, _) => &mut member.session,
            Self::Locked(_, session, _) => session,
        }
    }
}
