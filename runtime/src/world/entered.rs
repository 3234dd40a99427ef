//! A world while a session runs in it.

use super::{
    World,
    home::Home,
    session::Session,
    shared::{Held, Shared},
};
use crate::error::Error;
use alloc::boxed::Box;
use core::mem;

/// A world whose running session is the one that entered.
pub(crate) enum Entered<'a> {
    /// A store's own.
    Home(&'a mut Home),
    /// The engine's, locked. The session that was there before waits in the place of the one that
    /// entered.
    World { world: Held<'a>, session: &'a mut Box<Session> },
}

impl<'a> Entered<'a> {
    /// Takes the lock and makes `session` the one that runs.
    pub(crate) fn locked(shared: &'a Shared, session: &'a mut Box<Session>) -> Result<Self, Error> {
        let mut world = shared.lock()?;
        mem::swap(&mut world.inner.data_mut().session, session);
        Ok(Self::World { world, session })
    }

    pub(crate) fn store(&mut self) -> wasmi::StoreContextMut<'_, World> {
        (&mut self.home_mut().inner).into()
    }

    pub(crate) fn home(&self) -> &Home {
        match self {
            Self::Home(home) => home,
            Self::World { world, .. } => world,
        }
    }

    pub(crate) fn home_mut(&mut self) -> &mut Home {
        match self {
            Self::Home(home) => home,
            Self::World { world, .. } => world,
        }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if let Self::World { world, session } = self {
            mem::swap(&mut world.inner.data_mut().session, *session);
        }
    }
}
