//! A world while a session runs in it.

use super::{
    StoreMut,
    home::Home,
    session::Session,
    shared::{Held, Shared},
};
use crate::error::Error;
use alloc::boxed::Box;
use core::mem;

/// A world that is locked, whose running session is the one that entered. The session that was there
/// before waits in its place.
pub(crate) struct Entered<'a> {
    world: Locked<'a>,
    session: &'a mut Box<Session>,
}

/// A world whose lock is held, by this or by who lends it.
enum Locked<'a> {
    Held(Held<'a>),
    Lent(&'a mut Home),
}

impl Locked<'_> {
    fn home(&mut self) -> &mut Home {
        match self {
            Self::Held(world) => world,
            Self::Lent(world) => world,
        }
    }
}

impl<'a> Entered<'a> {
    /// Takes the lock and makes `session` the one that runs.
    pub(crate) fn locked(shared: &'a Shared, session: &'a mut Box<Session>) -> Result<Self, Error> {
        Ok(Self::new(Locked::Held(shared.lock()?), session))
    }

    /// Makes `session` the one that runs in a world that is locked.
    pub(crate) fn lent(world: &'a mut Home, session: &'a mut Box<Session>) -> Self {
        Self::new(Locked::Lent(world), session)
    }

    fn new(world: Locked<'a>, session: &'a mut Box<Session>) -> Self {
        let mut entered = Self { world, session };
        entered.swap();
        entered
    }

    fn swap(&mut self) {
        let Self { world, session } = self;
        mem::swap(&mut world.home().inner.data_mut().session, *session);
    }

    pub(crate) fn store(&mut self) -> StoreMut<'_> {
        (&mut self.world.home().inner).into()
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.swap();
    }
}
