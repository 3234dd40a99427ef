//! A store's membership of the world of its engine.

use super::{
    definitions::{WorldGuard, WorldHandle},
    session::Session,
    session_guard::SessionGuard,
};
use crate::engine::Engine;
use crate::error::Error;
use crate::threads_feature::Threads;
use alloc::boxed::Box;
use core::any::Any;
use vellum_memory::WouldDeadlock;

/// A session, and the world in which it takes turns with others.
pub(crate) struct Member {
    pub(crate) threads: Threads,
    pub(crate) shared: WorldHandle,
    pub(crate) session: Box<Session>,
}

impl Member {
    pub(crate) fn new(threads: Threads, engine: &Engine, user: Box<dyn Any + Send>) -> Self {
        let fuel = if engine.config().fuel { 0 } else { u64::MAX };
        Self {
            threads,
            shared: WorldHandle::of(engine, threads),
            session: Session::of_store(engine, user, fuel),
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Takes the lock to look at the world, with no session in it.
    pub(crate) fn lock(&self) -> Result<WorldGuard<'_>, WouldDeadlock> {
        self.shared.lock()
    }

    /// Takes the lock and makes this session the one that runs.
    pub(crate) fn enter(&mut self) -> Result<SessionGuard<'_>, Error> {
        SessionGuard::locked(&self.shared, &mut self.session)
    }
}
