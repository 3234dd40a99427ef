//! Where a store is: in reach, or in a world whose lock is to be taken.

use crate::engine::Engine;
use crate::error::Error;
use crate::threads_feature::Threads;
use crate::world::{World, fuel, seat::Seat, session::Session};
use wasmi::AsContext as _;

/// A store that is only looked at.
#[derive(Clone, Copy)]
pub(crate) enum View<'a> {
    Direct(wasmi::StoreContext<'a, World>),
    Seat(&'a Seat, Threads),
}

/// A store that is changed.
pub(crate) enum ViewMut<'a> {
    Direct(wasmi::StoreContextMut<'a, World>),
    Seat(&'a mut Seat, Threads),
}

impl View<'_> {
    pub(crate) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Seat(seat, _) => &seat.session,
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        match self {
            Self::Direct(store) => &store.data().engine,
            Self::Seat(seat, _) => seat.engine(),
        }
    }

    pub(crate) fn get_fuel(&self) -> Result<u64, Error> {
        fuel::check(self.engine())?;
        Ok(match self {
            Self::Direct(store) => fuel::left(store),
            Self::Seat(seat, _) => seat.session.fuel,
        })
    }
}

impl ViewMut<'_> {
    pub(crate) fn as_view(&self) -> View<'_> {
        match self {
            Self::Direct(store) => View::Direct(store.as_context()),
            Self::Seat(seat, _) => View::Seat(seat, seat.threads),
        }
    }

    pub(crate) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Seat(seat, _) => &seat.session,
        }
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        match self {
            Self::Direct(store) => &mut store.data_mut().session,
            Self::Seat(seat, _) => &mut seat.session,
        }
    }
}
