//! What stops the guests of a session: a request from outside, or a deadline.

#[cfg(not(feature = "interruption"))]
pub(crate) use impossible::Interruption;
#[cfg(feature = "interruption")]
pub(crate) use possible::Interruption;

use crate::error::Error;
use core::task::Waker;

/// Bytes that a bulk operation handles between two looks.
pub(crate) const PIECE: usize = 4096;

#[cfg(feature = "interruption")]
mod possible {
    use crate::compartment::place::outside;
    use crate::engine::Engine;
    use crate::error::Error;
    use alloc::sync::Arc;
    use core::task::Waker;
    use vellum_memory::{Interrupt, Nanoseconds, Platform};

    const NEVER: Nanoseconds = Nanoseconds(u64::MAX);

    /// What stops the guests of a session, on an engine that is interruptible.
    #[derive(Clone)]
    pub(crate) struct Interruption {
        platform: &'static Platform,
        pub(crate) interrupt: Arc<Interrupt>,
        /// The end of time if there is none.
        deadline: Nanoseconds,
    }

    impl Interruption {
        /// That of a new session, if the guests of the engine can be stopped.
        pub(crate) fn of(engine: &Engine) -> Option<Self> {
            let config = engine.config();
            config.interruption().map(|_| Self {
                platform: config.platform,
                interrupt: Arc::new(Interrupt::new(config.platform)),
                deadline: NEVER,
            })
        }

        /// Ends what is to stop.
        #[cold]
        #[inline(never)]
        pub(crate) fn check(&self) -> Result<(), Error> {
            if self.interrupt.is_requested() {
                return Err(Error::Interrupted);
            }
            let has_passed = |now| now >= self.deadline;
            if self.deadline < NEVER && outside(|| self.platform.now()).is_some_and(has_passed) {
                return Err(Error::DeadlineExceeded);
            }
            Ok(())
        }

        /// Sets the time at which what runs is to stop.
        pub(crate) fn set_deadline(&mut self, deadline: Option<Nanoseconds>) {
            self.deadline = deadline.unwrap_or(NEVER);
        }

        /// As [`check`](Self::check) before a future is pending, which then wakes `waker` when it is to
        /// stop.
        #[cold]
        #[inline(never)]
        pub(super) fn check_and_register(&self, waker: &Waker) -> Result<(), Error> {
            self.interrupt.register(waker);
            if self.deadline < NEVER {
                // There is no alarm: it is looked at again and again.
                waker.wake_by_ref();
            }
            self.check()
        }
    }
}

#[cfg(not(feature = "interruption"))]
mod impossible {
    use crate::engine::Engine;
    use crate::error::Error;
    use crate::interruption_feature::Interruptible;
    use core::task::Waker;

    /// Nothing stops guests.
    #[derive(Clone)]
    pub(crate) struct Interruption(Interruptible);

    impl Interruption {
        /// There is none.
        pub(crate) fn of(_: &Engine) -> Option<Self> {
            None
        }

        pub(crate) fn check(&self) -> Result<(), Error> {
            self.0.impossible()
        }

        pub(super) fn check_and_register(&self, _: &Waker) -> Result<(), Error> {
            self.0.impossible()
        }
    }
}

/// Ends what is to stop, if anything can.
#[inline(always)]
pub(crate) fn check(interruption: Option<&Interruption>) -> Result<(), Error> {
    match interruption {
        None => Ok(()),
        Some(interruption) => interruption.check(),
    }
}

/// As [`check`] before a future is pending, which then wakes `waker` when it is to stop.
#[inline(always)]
pub(crate) fn check_and_register(
    interruption: Option<&Interruption>,
    waker: &Waker,
) -> Result<(), Error> {
    match interruption {
        None => Ok(()),
        Some(interruption) => interruption.check_and_register(waker),
    }
}
