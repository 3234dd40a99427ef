//! Growth of memories and tables, for which the interpreter asks the limiter of the session that runs.

use super::{
    World,
    limiter::{Ask, Growing, Growth, Limiter},
    session::Session,
};
use crate::compartment::place::outside;
use crate::engine::Engine;
use crate::error::{
    Error,
    limit::{Limit, LimitExceeded},
};
use alloc::boxed::Box;
use wasmi_core::{LimiterError, MemoryError};

impl Session {
    /// Has the limiter asked from now on.
    pub(crate) fn limit_by(&mut self, engine: &Engine, ask: Ask) {
        let (engine, allowed, repeated, refusal) = (engine.clone(), None, None, None);
        self.limiter = Some(Box::new(Limiter { engine, ask, allowed, repeated, refusal }));
        self.hook = Some(|session| session);
    }

    fn ask(&mut self, growth: Growth) -> Result<bool, LimiterError> {
        let Self { limiter: Some(limiter), user, .. } = self else { return Ok(true) };
        outside(|| limiter.ask(&mut **user, growth))
    }

    /// Asks whether a memory may grow to so many bytes, for growth in pieces.
    pub(super) fn ask_once(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<(), Error> {
        match self.ask(Growth { of: Growing::Memory, current, desired, maximum }) {
            Ok(true) => Ok(()),
            _ => Err(self.refused()),
        }
    }

    /// Why what the interpreter has just asked for was refused.
    #[cold]
    #[inline(never)]
    pub(crate) fn refused(&mut self) -> Error {
        let refusal = self.limiter.as_mut().and_then(|limiter| limiter.take_refusal());
        let elements = self.limits.most_elements() as u64;
        let refusal = refusal.or_else(|| self.table_refusal.take());
        refusal.unwrap_or_else(|| Error::limit(Limit::TableElements, elements, 0))
    }
}

impl World {
    /// The error with which the interpreter failed; where something was refused that was to grow, the reason.
    #[cold]
    pub(crate) fn failure(&mut self, error: &wasmi::Error) -> Error {
        match self.engine.place().error(error) {
            Error::LimitExceeded(LimitExceeded {
                limit: Limit::TableElements,
                maximum: 0,
                found: 0,
            }) => self.session.refused(),
            error => error,
        }
    }
}

impl wasmi::ResourceLimiter for Session {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        self.ask(Growth { of: Growing::Memory, current, desired, maximum })
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        let Some(limiter) = &mut self.limiter else { return Ok(true) };
        outside(|| drop(limiter.take_refusal()));
        let config = limiter.engine().config();
        let growth = Self::check_growth(&self.limits, config, desired, maximum);
        if !self.allows(growth) {
            return Ok(false);
        }
        if Self::is_small_table(maximum) {
            return Ok(true);
        }
        self.ask(Growth { of: Growing::Table, current, desired, maximum })
    }

    fn memory_grow_failed(&mut self, error: &MemoryError) -> Result<(), LimiterError> {
        if let (Some(limiter), MemoryError::OutOfFuel { .. }) = (&mut self.limiter, error) {
            limiter.lacks_fuel();
        }
        Ok(())
    }

    fn instances(&self) -> usize {
        usize::MAX
    }

    fn tables(&self) -> usize {
        usize::MAX
    }

    fn memories(&self) -> usize {
        usize::MAX
    }
}
