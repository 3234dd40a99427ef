//! The limiter that an embedder has set for its store.

use crate::engine::Engine;
use crate::error::{Error, limit::Limit};
use alloc::boxed::Box;
use core::any::Any;
use wasmi_core::LimiterError;

/// Asks the limiter in the embedder's data.
pub(crate) type Ask = Box<dyn FnMut(&mut (dyn Any + Send), Growth) -> Result<bool, Error> + Send>;

/// A memory, in bytes, or a table, in elements, that is about to grow.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Growth {
    pub(crate) of: Growing,
    pub(crate) current: usize,
    pub(crate) desired: usize,
    pub(crate) maximum: Option<usize>,
}

/// What grows.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Growing {
    Memory,
    Table,
}

/// What a session has of its limiter: a trait, so that an image which sets none has nothing of it.
pub(super) trait SessionLimiter: Send {
    fn engine(&self) -> &Engine;

    /// Asks whether something may grow.
    fn ask(&mut self, user: &mut (dyn Any + Send), growth: Growth) -> Result<bool, LimiterError>;

    /// Remembers what was allowed and had no fuel, if the instruction is to be repeated.
    fn lacks_fuel(&mut self);

    /// Why it refused what it was asked for last, if it did.
    fn take_refusal(&mut self) -> Option<Error>;
}

/// The limiter of a session.
pub(super) struct Limiter {
    pub(super) engine: Engine,
    pub(super) ask: Ask,
    /// What it allowed last.
    pub(super) allowed: Option<Growth>,
    /// What it allowed and the slice had no fuel for: the instruction is repeated in the next one.
    pub(super) repeated: Option<Growth>,
    pub(super) refusal: Option<Error>,
}

impl SessionLimiter for Limiter {
    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn ask(&mut self, user: &mut (dyn Any + Send), growth: Growth) -> Result<bool, LimiterError> {
        self.refusal = None;
        // What has no bytes yet grows by none.
        if growth.desired == growth.current {
            return Ok(true);
        }
        let is_repeated = self.repeated.take_if(|repeated| *repeated == growth).is_some();
        match if is_repeated { Ok(true) } else { (self.ask)(user, growth) } {
            Ok(true) => {
                self.allowed = Some(growth);
                Ok(true)
            }
            Ok(false) => {
                let (current, desired) = (growth.current as u64, growth.desired as u64);
                self.refusal = Some(Error::limit(Limit::ResourceLimiter, current, desired));
                Ok(false)
            }
            Err(error) => {
                self.refusal = Some(error);
                Err(LimiterError::ResourceLimiterDeniedAllocation)
            }
        }
    }

    fn lacks_fuel(&mut self) {
        if self.engine.config().has_slices() {
            self.repeated = self.allowed.take();
        }
    }

    fn take_refusal(&mut self) -> Option<Error> {
        self.refusal.take()
    }
}
