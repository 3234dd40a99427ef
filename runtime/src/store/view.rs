//! Where a store is: in reach, or in a world whose lock is to be taken.

use crate::engine::Engine;
use crate::error::Error;
use crate::threads_feature::Threads;
use crate::world::{World, entered::Entered, fuel, home::Home, seat::Seat, session::Session};
use alloc::boxed::Box;
use wasmi::AsContext as _;

/// A store that is only looked at.
#[derive(Clone, Copy)]
pub(crate) enum View<'a> {
    Direct(wasmi::StoreContext<'a, World>),
    Seat(&'a Seat, Threads),
    /// A world whose lock is held, and a session that is not in it.
    Held(&'a Home, &'a Session, Threads),
}

/// A store that is changed.
pub(crate) enum ViewMut<'a> {
    Direct(wasmi::StoreContextMut<'a, World>),
    Seat(&'a mut Seat, Threads),
    /// As [`View::Held`]: the session is in the world for one operation at a time.
    Held(&'a mut Home, &'a mut Box<Session>, Threads),
}

impl View<'_> {
    pub(crate) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Seat(seat, _) => &seat.session,
            Self::Held(_, session, _) => session,
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        match self {
            Self::Direct(store) => &store.data().engine,
            Self::Seat(seat, _) => seat.engine(),
            Self::Held(home, ..) => &home.inner.data().engine,
        }
    }

    pub(crate) fn get_fuel(&self) -> Result<u64, Error> {
        fuel::check(self.engine())?;
        Ok(match self {
            Self::Direct(store) => fuel::left(store),
            Self::Seat(seat, _) => seat.session.fuel,
            Self::Held(_, session, _) => session.fuel,
        })
    }
}

impl ViewMut<'_> {
    /// Makes the session the one that runs in its world.
    #[inline(never)]
    pub(crate) fn enter(&mut self) -> Result<Entered<'_>, Error> {
        match self {
            Self::Direct(_) => Err(Error::WouldDeadlock),
            Self::Seat(seat, _) => seat.enter(),
            Self::Held(home, session, _) => Ok(Entered::lent(home, session)),
        }
    }

    pub(crate) fn as_view(&self) -> View<'_> {
        match self {
            Self::Direct(store) => View::Direct(store.as_context()),
            Self::Seat(seat, threads) => View::Seat(seat, *threads),
            Self::Held(home, session, threads) => View::Held(home, session, *threads),
        }
    }

    pub(crate) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Seat(seat, _) => &seat.session,
            Self::Held(_, session, _) => session,
        }
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        match self {
            Self::Direct(store) => &mut store.data_mut().session,
            Self::Seat(seat, _) => &mut seat.session,
            Self::Held(_, session, _) => session,
        }
    }
}
