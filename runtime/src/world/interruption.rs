//! What stops the guests of a session: a request from outside, or a deadline.

use crate::compartment::place::outside;
use crate::engine::Engine;
use crate::error::Error;
use crate::interruption_feature::Interruptible;
use alloc::sync::Arc;
use core::task::Waker;
use vellum_memory::{Interrupt, Nanoseconds, Platform};

/// Bytes that a bulk operation handles between two looks.
pub(crate) const PIECE: usize = 4096;

/// What stops the guests of a session, on an engine that is interruptible.
#[derive(Clone)]
pub(crate) struct Interruption {
    proof: Interruptible,
    platform: &'static Platform,
    pub(crate) interrupt: Arc<Interrupt>,
    pub(crate) deadline: Option<Nanoseconds>,
}

impl Interruption {
    /// That of a new session, if the guests of the engine can be stopped.
    pub(crate) fn of(engine: &Engine) -> Option<Self> {
        let config = engine.config();
        config.interruption().map(|proof| Self {
            proof,
            platform: config.platform,
            interrupt: Arc::new(Interrupt::new(config.platform)),
            deadline: None,
        })
    }

    /// Ends what is to stop.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.interrupt.is_requested() {
            return Err(Error::interrupted(self.proof));
        }
        match self.deadline {
            Some(deadline)
                if outside(|| self.platform.now()).is_some_and(|now| now >= deadline) =>
            {
                Err(Error::deadline_exceeded(self.proof))
            }
            _ => Ok(()),
        }
    }
}

/// Ends what is to stop, if anything can.
#[inline]
pub(crate) fn check(interruption: Option<&Interruption>) -> Result<(), Error> {
    interruption.map_or(Ok(()), Interruption::check)
}

/// As [`check`] before a future is pending, which then wakes `waker` when it is to stop.
pub(crate) fn check_and_register(
    interruption: Option<&Interruption>,
    waker: &Waker,
) -> Result<(), Error> {
    let Some(interruption) = interruption else { return Ok(()) };
    interruption.interrupt.register(waker);
    if interruption.deadline.is_some() {
        // There is no alarm: it is looked at again and again.
        waker.wake_by_ref();
    }
    interruption.check()
}
