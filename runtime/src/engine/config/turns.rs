//! The settings of how guests take turns, wait and are stopped.

use super::{Config, NO_THREADS};
use crate::error::{Error, config::ConfigError};
use crate::interruption_feature::Interruptible;
use crate::threads_feature::Threads;
use core::time::Duration;
use vellum_memory::Platform;

impl Config {
    /// Whether guests have the threads proposal: shared memories, and waiting. Atomic instructions on
    /// memories that are not shared they have in any case.
    ///
    /// All stores of the engine then share one world, in which they take turns, and a call runs in
    /// [slices](Config::slice) between which others go on. Guests of such an engine have no tail calls,
    /// because the interpreter can't resume them.
    ///
    /// Not by default. Costs what counting fuel costs and, on a 32-bit chip, 2.2 KB of heap for the
    /// world: 912 bytes of it are the queue of waits, the rest is the interpreter's store and the lock.
    ///
    /// With the feature `std` it also sets what was not set before: the [platform](Config::platform) to
    /// `Platform::STD`, and the [calls](Config::concurrent_calls) to one for each core of the machine
    /// and each of the [threads](Config::max_threads) that guests may start.
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn threads(&mut self, enable: bool) -> &mut Self {
        self.threads = enable;
        #[cfg(feature = "std")]
        if enable {
            self.take_computer();
        }
        self
    }

    /// Lets guests be stopped at any time: by an `InterruptHandle` of their store, or by a
    /// [deadline](crate::Store::set_deadline).
    ///
    /// A guest then runs in [slices](Config::slice), without threads too: how long it may go on depends
    /// on their length, and on its longest stretch of code without a loop or a call. Operations that
    /// may take longer are done in pieces: `memory.grow`, `memory.fill` and `memory.copy` by calls of the
    /// runtime, those on many elements of tables by other instructions. A module that is prepared ahead of time must have been prepared for it.
    ///
    /// Not by default. Costs what counting fuel costs, and 50 bytes of heap for each store.
    #[cfg(feature = "interruption")]
    pub fn interruptible(&mut self, enable: bool) -> &mut Self {
        self.interruptible = enable;
        self
    }

    /// Units of fuel after which a guest of an engine with threads gives way to others, and one of an
    /// engine that is interruptible may be stopped. At least 1. An operation that needs more, such as
    /// filling a large block, is not interrupted, except on an engine that is interruptible. 10,000 by
    /// default; costs no bytes.
    pub fn slice(&mut self, fuel: u64) -> &mut Self {
        self.slice = fuel;
        self
    }

    /// Threads that guests may have started at once. Each needs one of the
    /// [calls](Config::concurrent_calls) as well. 8 by default; costs no bytes until a thread starts,
    /// which makes an instance.
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn max_threads(&mut self, threads: usize) -> &mut Self {
        self.max_threads = threads;
        self
    }

    /// How long a guest may wait for a notification, or sleep, at one time: no fuel bounds that. One
    /// whose wait is not over by then ends with [`Error::LimitExceeded`](crate::Error::LimitExceeded),
    /// whatever time limit of its own it has; one that asks to sleep longer ends at once. No limit by
    /// default; costs no bytes.
    ///
    /// Needs a platform with a clock. Where it is set, a deadlock of several stores shows as this
    /// limit when the time is up. Host functions that [return later](crate::Func::wrap_async) keep
    /// their own time.
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn max_wait(&mut self, time: Duration) -> &mut Self {
        self.max_wait = Some(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        self
    }

    /// What an engine with threads knows of the machine: who is running, how to wait, and what time
    /// it is. [`Platform::ONE_CORE`] by default; costs no bytes.
    pub fn platform(&mut self, platform: &'static Platform) -> &mut Self {
        self.platform = platform;
        #[cfg(feature = "std")]
        self.chosen.platform();
        self
    }

    /// The proof that guests have the threads proposal.
    pub(crate) fn proof(&self) -> Option<Threads> {
        Threads::wanted(self.threads)
    }

    /// The proof that guests have the threads proposal, for what can't do without.
    pub(crate) fn require_threads(&self) -> Result<Threads, Error> {
        self.proof().ok_or(NO_THREADS)
    }

    /// The proof that guests can be stopped.
    pub(crate) fn interruption(&self) -> Option<Interruptible> {
        Interruptible::wanted(self.interruptible)
    }

    /// Whether calls run in slices.
    pub(crate) fn has_slices(&self) -> bool {
        self.has_threads() || self.interruption().is_some()
    }

    /// Refuses threads where there can't be any.
    pub(crate) fn check_threads(&self) -> Result<(), Error> {
        if self.threads && Threads::POSSIBLE.is_none() {
            return Err(ConfigError::ThreadsFeature.into());
        }
        Ok(())
    }

    /// Whether guests have the threads proposal.
    pub(crate) fn has_threads(&self) -> bool {
        self.proof().is_some()
    }
}
