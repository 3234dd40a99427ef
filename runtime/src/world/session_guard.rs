//! A world while a session runs in it.

use super::{
    definitions::{SharedWorld, StoreMut, WorldStore},
    session::Session,
    world_access::WorldAccess,
};
use crate::error::Error;
use alloc::boxed::Box;
use core::mem;

/// A world in reach whose running session is the one that entered. The session that was there before
/// waits in its place.
pub(crate) struct SessionGuard<'a> {
    world: WorldAccess<'a>,
    session: &'a mut Box<Session>,
}

impl<'a> SessionGuard<'a> {
    /// Takes the lock and makes `session` the one that runs.
    pub(crate) fn locked(
        shared: &'a SharedWorld,
        session: &'a mut Box<Session>,
    ) -> Result<Self, Error> {
        Self::new(WorldAccess::lock(shared)?, session)
    }

    /// Makes `session` the one that runs in a world that is locked.
    pub(crate) fn lent(
        world: &'a mut WorldStore,
        session: &'a mut Box<Session>,
    ) -> Result<Self, Error> {
        Self::new(WorldAccess::Lent(world), session)
    }

    fn new(world: WorldAccess<'a>, session: &'a mut Box<Session>) -> Result<Self, Error> {
        world.inner.data().engine.place().check()?;
        let mut entered = Self { world, session };
        entered.swap();
        Ok(entered)
    }

    fn swap(&mut self) {
        let Self { world, session } = self;
        mem::swap(&mut world.inner.data_mut().session, *session);
    }

    pub(crate) fn store(&mut self) -> StoreMut<'_> {
        (&mut *self.world.inner).into()
    }
}

impl Drop for SessionGuard<'_> {
    fn drop(&mut self) {
        self.swap();
    }
}
