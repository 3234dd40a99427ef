//! What a lock must know of the machine it runs on, supplied by the firmware.

use crate::context::Context;

/// A time of a [`Platform`]'s clock, in nanoseconds since some moment before. A `u64` of them lasts for
/// 584 years.
///
/// ```
/// use vellum_memory::Nanoseconds;
///
/// assert_eq!(Nanoseconds::from_micros(3), Nanoseconds(3_000));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Nanoseconds(pub u64);

impl Nanoseconds {
    /// So many microseconds; at most [`u64::MAX`] nanoseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    /// So many milliseconds; at most [`u64::MAX`] nanoseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }
}

/// The machine and the operating system, as far as locks and waits need them.
///
/// ```
/// use core::sync::atomic::{AtomicU64, Ordering};
/// use vellum_memory::{Context, Lock, Nanoseconds, Platform};
///
/// static TIME: AtomicU64 = AtomicU64::new(0);
///
/// static PLATFORM: Platform = Platform::new(|| Context::thread(0, 0))
///     .with_clock(|| Nanoseconds(TIME.load(Ordering::Relaxed)));
/// static LOCK: Lock<u32> = Lock::new(0).on(&PLATFORM);
///
/// let guard = LOCK.lock()?;
/// TIME.store(7, Ordering::Relaxed);
/// drop(guard);
/// assert_eq!(LOCK.stats().longest_hold, 7);
/// # Ok::<(), vellum_memory::WouldDeadlock>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Platform {
    pub(crate) context: fn() -> Context,
    pub(crate) clock: Option<fn() -> Nanoseconds>,
    pub(crate) relax: fn(),
    pub(crate) idle: fn(),
    pub(crate) signal: fn(),
}

impl Platform {
    /// One core without preemptive threads: there is one [`Context`], [`SINGLE`](Context::SINGLE),
    /// and no clock.
    ///
    /// Interrupt handlers need no name of their own there. This is what a lock runs on unless told
    /// otherwise. On more than one core it is safe, but asking for a held lock is an error where it
    /// could have waited.
    pub const ONE_CORE: Self = Self::new(|| Context::SINGLE);

    /// A platform that is asked by `context` who is running, and has no clock.
    pub const fn new(context: fn() -> Context) -> Self {
        let relax = core::hint::spin_loop;
        Self { context, clock: None, relax, idle: relax, signal: || {} }
    }

    /// Adds a clock, which never runs backwards. It bounds waits, and tells
    /// [`LockStats::longest_hold`](crate::LockStats::longest_hold).
    #[must_use]
    pub const fn with_clock(self, clock: fn() -> Nanoseconds) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// Sets what a thread does between two looks at a lock that another one holds, in place of
    /// [`core::hint::spin_loop`]. It must return soon, by itself.
    ///
    /// Where threads share a core, it lets another one run. Where their priorities are fixed, it
    /// must let even a lower one run, or a high priority waits for a low one that never goes on.
    #[must_use]
    pub const fn with_relax(self, relax: fn()) -> Self {
        Self { relax, ..self }
    }

    /// Sets what a thread does while it is blocked in a wait, and how it is roused.
    ///
    /// `idle` returns after the next `signal` on any core, also if that came between the last
    /// return of `idle` and this call, and may return earlier. `signal` is called under the lock
    /// whenever waiters are notified, and by what posts to an attached
    /// [`Mailbox`](crate::Mailbox), an interrupt handler as a rule.
    ///
    /// What was written before `signal` is seen after `idle` has returned for it. On Cortex-M,
    /// `idle` is the instruction `WFE`, and `signal` is `DSB` and then `SEV`: the barrier has what
    /// was written arrive before the event does.
    ///
    /// Where there are time limits, something must let `idle` return about as often as the clock's
    /// resolution that waits need, as a timer's interrupt does with `WFE`.
    #[must_use]
    pub const fn with_idle(self, idle: fn(), signal: fn()) -> Self {
        Self { idle, signal, ..self }
    }

    /// The time; none without a clock.
    pub fn now(&self) -> Option<Nanoseconds> {
        self.clock.map(|clock| clock())
    }

    /// Passes the time until the next [`signal`](Self::signal), or less.
    pub fn idle(&self) {
        (self.idle)();
    }

    /// Rouses all that are [idle](Self::idle).
    pub fn signal(&self) {
        (self.signal)();
    }

    /// Who is running.
    pub fn context(&self) -> Context {
        (self.context)()
    }
}

impl Default for Platform {
    fn default() -> Self {
        Self::ONE_CORE
    }
}
