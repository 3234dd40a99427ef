//! Where a store is: in reach, or in a world whose lock is to be taken.

use super::threads::Seat;
use super::world::{Session, World};
use super::{Engine, Error};
use crate::threads_feature::Threads;
use wasmi::AsContext as _;

/// A store that is only looked at.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    Direct(wasmi::StoreContext<'a, World>),
    Seat(&'a Seat, Threads),
}

/// A store that is changed.
pub(super) enum ViewMut<'a> {
    Direct(wasmi::StoreContextMut<'a, World>),
    Seat(&'a mut Seat, Threads),
}

impl View<'_> {
    pub(super) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Seat(seat, _) => &seat.session,
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        match self {
            Self::Direct(store) => &store.data().engine,
            Self::Seat(seat, _) => seat.engine(),
        }
    }

    pub(super) fn get_fuel(&self) -> Result<u64, Error> {
        super::fuel::check(self.engine())?;
        Ok(match self {
            Self::Direct(store) => super::fuel::left(store),
            Self::Seat(seat, _) => seat.session.fuel,
        })
    }
}

impl ViewMut<'_> {
    pub(super) fn as_view(&self) -> View<'_> {
        match self {
            Self::Direct(store) => View::Direct(store.as_context()),
            Self::Seat(seat, _) => View::Seat(seat, seat.threads),
        }
    }

    pub(super) fn session(&self) -> &Session {
        match self {
            Self::Direct(store) => &store.data().session,
            Self::Seat(seat, _) => &seat.session,
        }
    }

    pub(super) fn session_mut(&mut self) -> &mut Session {
        match self {
            Self::Direct(store) => &mut store.data_mut().session,
            Self::Seat(seat, _) => &mut seat.session,
        }
    }
}
