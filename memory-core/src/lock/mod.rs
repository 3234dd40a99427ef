//! A lock that knows its holder and serves in the order of asking.

mod error;
mod guard;
mod raw;
mod stats;
mod word;

use core::fmt;

pub use error::{LockError, WouldDeadlock};
pub use guard::LockGuard;
pub(crate) use guard::{HasLock, Held};
pub use stats::LockStats;

use crate::context::Context;
use crate::platform::Platform;
use crate::sync::Cell;
pub(crate) use raw::Patience;
use raw::RawLock;

/// A spin lock around a value, which knows its holder and serves in the order of asking.
///
/// - A context that holds the lock already, or has interrupted its holder, gets an error, never an
///   endless spin.
/// - A context that releases the lock and asks again at once comes after those that wait. At most 15
///   wait in order; further ones try until a place is free.
/// - It counts how often it is taken and waited for, and how long it is held.
///
/// The page [`sharing`](crate::sharing) tells which form of asking suits which context.
///
/// ```
/// use vellum_memory::{Lock, LockError};
///
/// static LOCK: Lock<u32> = Lock::new(41);
///
/// let mut guard = LOCK.lock()?;
/// *guard += 1;
/// assert_eq!(LOCK.try_lock().unwrap_err(), LockError::WouldDeadlock);
/// drop(guard);
/// assert_eq!(*LOCK.lock()?, 42);
/// # Ok::<(), vellum_memory::WouldDeadlock>(())
/// ```
pub struct Lock<T> {
    raw: RawLock,
    value: Cell<T>,
}

impl<T> Lock<T> {
    const_fn! {
        /// A free lock on [`Platform::ONE_CORE`].
        ///
        /// If all bytes of `value` are zero, those of the lock are, and a static lies in `.bss`.
        pub const fn new(value: T) -> Self {
            Self { raw: RawLock::new(), value: Cell::new(value) }
        }
    }

    const_fn! {
        /// Moves the lock to another platform.
        #[must_use]
        pub const fn on(self, platform: &'static Platform) -> Self {
            let mut lock = self;
            lock.raw.set_platform(platform);
            lock
        }
    }

    const_fn! {
        /// Leaves out [`longest_hold`](LockStats::longest_hold), for which the lock would look at
        /// the platform's clock each time that it is taken and released.
        #[must_use]
        pub const fn untimed(self) -> Self {
            let mut lock = self;
            lock.raw.set_untimed();
            lock
        }
    }

    /// Takes the lock, and waits for it if another context holds it.
    ///
    /// # Errors
    ///
    /// If the lock is held, and either the asking context must not wait or waiting would never end.
    pub fn lock(&self) -> Result<LockGuard<'_, T>, WouldDeadlock> {
        self.acquire(Patience::Endless).map_err(|_| WouldDeadlock)
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    ///
    /// If the lock is held, which tells whether trying again later can succeed.
    pub fn try_lock(&self) -> Result<LockGuard<'_, T>, LockError> {
        self.acquire(Patience::Times(0))
    }

    /// Takes the lock, and looks at it `turns` times more if another context holds it. Between two
    /// looks it does what [`Platform::with_relax`] says.
    ///
    /// # Errors
    ///
    /// If the lock is not released in time, or never can be.
    ///
    /// ```
    /// use vellum_memory::{Context, Lock, LockError, Platform};
    /// # use core::sync::atomic::{AtomicU8, Ordering::Relaxed};
    /// # static CORE: AtomicU8 = AtomicU8::new(0);
    /// # fn core() -> u8 { CORE.load(Relaxed) }
    /// # fn on_core_1<T>(work: impl FnOnce() -> T) -> T {
    /// #     CORE.store(1, Relaxed);
    /// #     let result = work();
    /// #     CORE.store(0, Relaxed);
    /// #     result
    /// # }
    ///
    /// static TWO_CORES: Platform = Platform::new(|| Context::thread(core(), 0));
    /// static LOCK: Lock<()> = Lock::new(()).on(&TWO_CORES);
    ///
    /// let _guard = LOCK.lock()?;
    /// assert_eq!(LOCK.lock_within(100).unwrap_err(), LockError::WouldDeadlock);
    /// on_core_1(|| assert_eq!(LOCK.lock_within(100).unwrap_err(), LockError::WouldBlock));
    /// # Ok::<(), vellum_memory::WouldDeadlock>(())
    /// ```
    #[inline(always)]
    pub fn lock_within(&self, turns: u32) -> Result<LockGuard<'_, T>, LockError> {
        self.acquire(Patience::Times(turns))
    }

    #[inline(always)]
    fn acquire(&self, patience: Patience) -> Result<LockGuard<'_, T>, LockError> {
        match Held::acquire(self, patience) {
            Ok(held) => Ok(LockGuard(held)),
            Err(error) => Err(error),
        }
    }

    /// What the lock has counted. The figures need not be of one moment while others use the lock.
    pub fn stats(&self) -> LockStats {
        self.raw.counters.snapshot()
    }

    /// Who holds the lock, for a report: it may be released or taken meanwhile, and a context that has
    /// just taken it may not be named yet.
    pub fn holder(&self) -> Option<Context> {
        self.raw.holder()
    }

    /// The platform of the lock.
    pub fn platform(&self) -> &'static Platform {
        self.raw.platform()
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock")
            .field("holder", &self.holder())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
