//! A world while a session runs in it.

use super::{
    definitions::{SharedWorld, StoreMut, WorldGuard, WorldStore},
    session::Session,
};
use crate::error::Error;
use alloc::boxed::Box;
use core::mem;

/// A world that is locked, whose running session is the one that entered. The session that was there
/// before waits in its place.
pub(crate) struct SessionGuard<'a> {
    world: LockedWorld<'a>,
    session: &'a mut Box<Session>,
}

/// A world whose lock is held, by this or by who lends it.
enum LockedWorld<'a> {
    Guarded(WorldGuard<'a>),
    Lent(&'a mut WorldStore),
}

impl LockedWorld<'_> {
    fn world_store(&mut self) -> &mut WorldStore {
        match self {
            Self::Guarded(world) => world,
            Self::Lent(world) => world,
        }
    }
}

impl<'a> SessionGuard<'a> {
    /// Takes the lock and makes `session` the one that runs.
    pub(crate) fn locked(
        shared: &'a SharedWorld,
        session: &'a mut Box<Session>,
    ) -> Result<Self, Error> {
        Ok(Self::new(LockedWorld::Guarded(shared.lock()?), session))
    }

    /// Makes `session` the one that runs in a world that is locked.
    pub(crate) fn lent(world: &'a mut WorldStore, session: &'a mut Box<Session>) -> Self {
        Self::new(LockedWorld::Lent(world), session)
    }

    fn new(world: LockedWorld<'a>, session: &'a mut Box<Session>) -> Self {
        let mut entered = Self { world, session };
        entered.swap();
        entered
    }

    fn swap(&mut self) {
        let Self { world, session } = self;
        mem::swap(&mut world.world_store().inner.data_mut().session, *session);
    }

    pub(crate) fn store(&mut self) -> StoreMut<'_> {
        (&mut *self.world.world_store().inner).into()
    }
}

impl Drop for SessionGuard<'_> {
    fn drop(&mut self) {
        self.swap();
    }
}
