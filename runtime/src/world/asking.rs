//! Growth of memories and tables, for which the interpreter asks the limiter of the session that runs.

use super::{
    World,
    limiter::{Ask, Growing, Growth, Limiter},
    session::Session,
};
use crate::engine::Engine;
use crate::error::{
    Error, convert,
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
        limiter.refusal = None;
        // What has no bytes yet grows by none.
        if growth.desired == growth.current {
            return Ok(true);
        }
        let is_repeated = limiter.repeated.take_if(|repeated| *repeated == growth).is_some();
        let allows = if is_repeated { Ok(true) } else { (limiter.ask)(&mut **user, growth) };
        match allows {
            Ok(true) => {
                limiter.allowed = Some(growth);
                Ok(true)
            }
            Ok(false) => {
                let (current, desired) = (growth.current as u64, growth.desired as u64);
                limiter.refusal = Some(Error::limit(Limit::ResourceLimiter, current, desired));
                Ok(false)
            }
            Err(error) => {
                limiter.refusal = Some(error);
                Err(LimiterError::ResourceLimiterDeniedAllocation)
            }
        }
    }

    /// Remembers what was allowed and had no fuel, if the instruction is to be repeated.
    fn has_no_fuel(&mut self) {
        let Some(limiter) = &mut self.limiter else { return };
        if limiter.engine.config().has_threads() {
            limiter.repeated = limiter.allowed.take();
        }
    }

    /// Why what the interpreter has just asked for was refused.
    pub(crate) fn refused(&mut self) -> Error {
        let refusal = self.limiter.as_mut().and_then(|limiter| limiter.refusal.take());
        let elements = self.limits.most_elements() as u64;
        refusal.unwrap_or_else(|| Error::limit(Limit::TableElements, elements, 0))
    }
}

impl World {
    /// The error with which the interpreter failed; where a growth was refused, the reason.
    #[cold]
    #[inline(never)]
    pub(crate) fn failure(&mut self, error: &wasmi::Error) -> Error {
        match convert::call(error) {
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
        limiter.refusal = None;
        let engine = limiter.engine.clone();
        if Self::is_small_table(maximum) {
            return Ok(self.allows_table(engine.config(), desired, maximum));
        }
        if !self.allows_table(engine.config(), desired, maximum) {
            return Ok(false);
        }
        self.ask(Growth { of: Growing::Table, current, desired, maximum })
    }

    fn memory_grow_failed(&mut self, error: &MemoryError) -> Result<(), LimiterError> {
        if matches!(error, MemoryError::OutOfFuel { .. }) {
            self.has_no_fuel();
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
