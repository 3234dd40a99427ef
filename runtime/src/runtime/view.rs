//! Where a store is: in reach, or in a world whose lock is to be taken.

use super::store::Home;
use super::threads::{Entered, Seat};
use super::world::{Session, World};
use super::{Engine, Error};
use crate::presence::Threads;
use alloc::boxed::Box;
use wasmi::AsContext as _;

/// A store that is only looked at.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    Direct(wasmi::StoreContext<'a, World>),
    Seat(&'a Seat, Threads),
    /// A world whose lock is held, and a session that is not in it.
    Held(&'a Home, &'a Session, Threads),
}

/// A store that is changed.
pub(super) enum ViewMut<'a> {
    Direct(wasmi::StoreContextMut<'a, World>),
    Seat(&'a mut Seat, Threads),
    /// As [`View::Held`]: the session is in the world for one operation at a time.
    Held(&'a mut Home, &'a mut Box<Session>, Threads),
}

impl View<'_> {
    pub(super) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Seat(seat, _) => &seat.session,
            Self::Held(_, session, _) => session,
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        match self {
            Self::Direct(store) => &store.data().engine,
            Self::Seat(seat, _) => seat.engine(),
            Self::Held(home, ..) => &home.inner.data().engine,
        }
    }

    pub(super) fn get_fuel(&self) -> Result<u64, Error> {
        super::fuel::check(self.engine())?;
        Ok(match self {
            Self::Direct(store) => super::fuel::left(store),
            Self::Seat(seat, _) => seat.session.fuel,
            Self::Held(_, session, _) => session.fuel,
        })
    }
}

impl ViewMut<'_> {
    /// Makes the session the one that runs in its world.
    #[inline(never)]
    pub(super) fn enter(&mut self) -> Result<Entered<'_>, Error> {
        match self {
            Self::Direct(_) => Err(Error::WouldDeadlock),
            Self::Seat(seat, _) => seat.enter(),
            Self::Held(home, session, _) => Ok(Entered::lent(home, session)),
        }
    }

    pub(super) fn as_view(&self) -> View<'_> {
        match self {
            Self::Direct(store) => View::Direct(store.as_context()),
            Self::Seat(seat, threads) => View::Seat(seat, *threads),
            Self::Held(home, session, threads) => View::Held(home, session, *threads),
        }
    }

    pub(super) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Seat(seat, _) => &seat.session,
            Self::Held(_, session, _) => session,
        }
    }

    pub(super) fn session_mut(&mut self) -> &mut Session {
        match self {
            Self::Direct(store) => &mut store.data_mut().session,
            Self::Seat(seat, _) => &mut seat.session,
            Self::Held(_, session, _) => session,
        }
    }
}
