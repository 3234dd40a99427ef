//! A store's membership of the world of its engine.

use super::{entered::Entered, handle::Handle, session::Session, shared::Held};
use crate::engine::Engine;
use crate::error::Error;
use crate::threads_feature::Threads;
use alloc::boxed::Box;
use core::any::Any;
use vellum_memory::WouldDeadlock;

/// A session, and the world in which it takes turns with others.
pub(crate) struct Seat {
    pub(crate) threads: Threads,
    pub(crate) shared: Handle,
    pub(crate) session: Box<Session>,
}

impl Seat {
    pub(crate) fn new(threads: Threads, engine: &Engine, user: Box<dyn Any + Send>) -> Self {
        let fuel = if engine.config().fuel { 0 } else { u64::MAX };
        Self { threads, shared: Handle::of(engine, threads), session: Session::new(user, fuel) }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Takes the lock to look at the world, with no session in it.
    pub(crate) fn lock(&self) -> Result<Held<'_>, WouldDeadlock> {
        self.shared.lock()
    }

    /// Takes the lock and makes this session the one that runs.
    pub(crate) fn enter(&mut self) -> Result<Entered<'_>, Error> {
        Entered::locked(&self.shared, &mut self.session)
    }
}
