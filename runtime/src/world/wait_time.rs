//! How long guests wait.

use crate::engine::Engine;
use crate::error::{Error, limit::Limit};
use vellum_memory::WaitResult;

/// How long a guest waits.
#[derive(Clone, Copy)]
pub(crate) struct WaitTime {
    /// The nanoseconds of the guest's own time limit, if it has one.
    own: Option<u64>,
    longest: Option<u64>,
}

impl WaitTime {
    /// The time of a guest of an engine, of which a negative one is without limit.
    pub(crate) fn of(timeout: i64, engine: &Engine) -> Self {
        Self { own: u64::try_from(timeout).ok(), longest: engine.config().max_wait }
    }

    /// Whether the guest itself has set a time limit.
    pub(crate) fn is_limited(self) -> bool {
        self.own.is_some()
    }

    /// The nanoseconds after which the wait ends in any case.
    pub(crate) fn limit(self) -> Option<u64> {
        self.own.into_iter().chain(self.longest).min()
    }

    /// What the end of a wait means: it is an error if the guest would have waited on.
    pub(crate) fn ended(self, result: WaitResult) -> Result<WaitResult, Error> {
        match self.longest {
            Some(longest)
                if result == WaitResult::TimedOut && self.own.is_none_or(|own| own > longest) =>
            {
                Err(Error::limit(Limit::Wait, longest, self.own.unwrap_or(0)))
            }
            _ => Ok(result),
        }
    }
}
