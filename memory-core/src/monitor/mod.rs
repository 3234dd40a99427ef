//! A lock with a queue of waits, the mailboxes that its holders empty, and work that is left to them.

mod guard;
mod wait_queue;
mod wait_set;
mod wakers;

use core::fmt;
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};

use spin::Mutex;

pub use guard::MonitorGuard;
pub use wait_set::WaitSet;

use crate::context::Context;
use crate::lock::{Lock, LockError, LockStats, Patience, WouldDeadlock};
use crate::mailbox::{Attachment, Recipient};
use crate::platform::Platform;
use crate::sync::{AtomicU8, fence};
use crate::wait::WAITERS;

/// What a [`Monitor`] guards: a value that holds the [`WaitSet`] of the monitor.
///
/// ```
/// use vellum_memory::{AccessError, Attachment, Monitor, Monitored, Recipient, WaitSet};
///
/// /// A number for which nobody waits and no mailbox is.
/// struct Number(u32);
///
/// impl Recipient for &mut Number {
///     fn deliver(&mut self, _: usize, _: &[u8]) -> Result<(), AccessError> {
///         Ok(())
///     }
///
///     fn deliver_notification(&mut self, _: usize, _: u32) -> Result<u32, AccessError> {
///         Ok(0)
///     }
/// }
///
/// impl Monitored for Number {
///     type Key = ();
///     type Place = ();
///     type Mailboxes = [((), Attachment); 0];
///     /// What is to be added.
///     type Deferred = u32;
///
///     fn wait_set(&self) -> Option<&WaitSet<(), Self::Mailboxes>> {
///         None
///     }
///
///     fn wait_set_mut(&mut self) -> Option<&mut WaitSet<(), Self::Mailboxes>> {
///         None
///     }
///
///     fn recipient(&mut self, (): ()) -> impl Recipient {
///         self
///     }
///
///     fn run_deferred(&mut self, more: u32) {
///         self.0 += more;
///     }
/// }
///
/// static NUMBER: Monitor<Number> = Monitor::new(Number(0));
///
/// NUMBER.defer(|more| *more += 3);
/// assert_eq!(NUMBER.lock()?.0, 3);
/// # Ok::<(), vellum_memory::WouldDeadlock>(())
/// ```
pub trait Monitored<const N: usize = WAITERS> {
    /// What is waited for.
    type Key: Eq;
    /// Which part of the value a mailbox is for.
    type Place: Copy;
    /// The mailboxes that are attached.
    type Mailboxes: AsRef<[(Self::Place, Attachment)]>;
    /// Work for the next holder of the lock, from contexts that can't take it.
    type Deferred: Default;

    /// The waits, unless there are none for good.
    fn wait_set(&self) -> Option<&WaitSet<Self::Key, Self::Mailboxes, N>>;

    /// The waits, to change them.
    fn wait_set_mut(&mut self) -> Option<&mut WaitSet<Self::Key, Self::Mailboxes, N>>;

    /// What a mailbox for that place is drained into. It need not signal the platform.
    fn recipient(&mut self, place: Self::Place) -> impl Recipient;

    /// Does what was left.
    fn run_deferred(&mut self, deferred: Self::Deferred);
}

/// The event that something was left.
const DEFERRED: u8 = 1;
/// The event that a mailbox was attached. It stays so.
const MAILBOXES: u8 = 2;

/// A [`Lock`] around a value, with a queue of waits, mailboxes, and work that is left to its holder.
///
/// A context that takes the lock first does the work [left](Self::defer) to it and applies what was
/// posted to the mailboxes; before it releases the lock it applies what was posted meanwhile. Wakers of
/// waits that ended under the lock are woken after the release, so that their tasks find it free.
///
/// [`SharedMemory`](crate::SharedMemory) is a monitor around a memory and its waits; the world of a
/// runtime, with many memories, is one too.
///
/// ```
/// use core::task::Poll;
/// use vellum_memory::{
///     AccessError, Attachment, Monitor, Monitored, Recipient, WaitResult, WaitSet,
/// };
///
/// /// A counter. A wait for a number ends when it is reached.
/// struct Counter {
///     count: u32,
///     waits: WaitSet<u32, [((), Attachment); 0]>,
/// }
///
/// impl Counter {
///     fn add(&mut self, more: u32) {
///         self.count += more;
///         self.waits.notify(&self.count, u32::MAX);
///     }
/// }
///
/// impl Recipient for &mut Counter {
///     fn deliver(&mut self, _: usize, bytes: &[u8]) -> Result<(), AccessError> {
///         self.add(bytes.len() as u32);
///         Ok(())
///     }
///
///     fn deliver_notification(&mut self, _: usize, _: u32) -> Result<u32, AccessError> {
///         Ok(0)
///     }
/// }
///
/// impl Monitored for Counter {
///     type Key = u32;
///     type Place = ();
///     type Mailboxes = [((), Attachment); 0];
///     type Deferred = u32;
///
///     fn wait_set(&self) -> Option<&WaitSet<u32, Self::Mailboxes>> {
///         Some(&self.waits)
///     }
///
///     fn wait_set_mut(&mut self) -> Option<&mut WaitSet<u32, Self::Mailboxes>> {
///         Some(&mut self.waits)
///     }
///
///     fn recipient(&mut self, (): ()) -> impl Recipient {
///         self
///     }
///
///     fn run_deferred(&mut self, more: u32) {
///         self.add(more);
///     }
/// }
///
/// static COUNTER: Monitor<Counter> = Monitor::new(Counter { count: 0, waits: WaitSet::new([]) });
///
/// let ticket = COUNTER.lock()?.waits.wait(2, None)?;
/// let mut guard = COUNTER.lock()?;
/// // A context that interrupts the holder can't wait for it.
/// COUNTER.defer(|more| *more += 1);
/// guard.add(1);
/// drop(guard);
/// assert_eq!(COUNTER.lock()?.waits.poll(&ticket, 0, None)?, Poll::Ready(WaitResult::Ok));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct Monitor<T: Monitored<N>, const N: usize = WAITERS> {
    lock: Lock<T>,
    /// [`DEFERRED`] and [`MAILBOXES`]: one look tells whether a holder has anything to do.
    events: AtomicU8,
    deferred: Mutex<Option<T::Deferred>>,
}

impl<T: Monitored<N>, const N: usize> Monitor<T, N> {
    const_fn! {
        /// A monitor on [`Platform::ONE_CORE`] whose lock is free.
        pub const fn new(value: T) -> Self {
            Self {
                lock: Lock::new(value),
                events: AtomicU8::new(0),
                deferred: Mutex::new(None),
            }
        }
    }

    /// Moves the monitor to another platform.
    #[must_use]
    pub fn on(self, platform: &'static Platform) -> Self {
        Self { lock: self.lock.on(platform), ..self }
    }

    /// Leaves out how long the lock is held. See [`Lock::untimed`].
    #[must_use]
    pub fn untimed(self) -> Self {
        Self { lock: self.lock.untimed(), ..self }
    }

    /// Takes the lock, and waits for it if another context holds it. See [`Lock::lock`].
    ///
    /// # Errors
    ///
    /// If another context holds it, and this one must not wait or would wait for ever.
    pub fn lock(&self) -> Result<MonitorGuard<'_, T, N>, WouldDeadlock> {
        MonitorGuard::acquire(self, Patience::Endless).map_err(|_| WouldDeadlock)
    }

    /// Takes the lock if it is free. See [`Lock::try_lock`].
    ///
    /// # Errors
    ///
    /// If the lock is held.
    pub fn try_lock(&self) -> Result<MonitorGuard<'_, T, N>, LockError> {
        MonitorGuard::acquire(self, Patience::Times(0))
    }

    /// Takes the lock, and looks `turns` times more if another context holds it. See
    /// [`Lock::lock_within`].
    ///
    /// # Errors
    ///
    /// If the lock is not released in time, or never can be.
    #[inline(always)]
    pub fn lock_within(&self, turns: u32) -> Result<MonitorGuard<'_, T, N>, LockError> {
        MonitorGuard::acquire(self, Patience::Times(turns))
    }

    /// Leaves work to the holder of the lock, which does it after the release; if the lock is free, to
    /// the next holder.
    pub fn defer(&self, add: impl FnOnce(&mut T::Deferred)) {
        add(self.deferred.lock().get_or_insert_default());
        self.events.fetch_or(DEFERRED, AcqRel);
        // If the lock is held after this, its holder sees the work: it looks after a fence too.
        fence(SeqCst);
    }

    /// What the lock has counted.
    pub fn stats(&self) -> LockStats {
        self.lock.stats()
    }

    /// Who holds the lock. See [`Lock::holder`].
    pub fn holder(&self) -> Option<Context> {
        self.lock.holder()
    }

    /// The platform of the lock.
    pub fn platform(&self) -> &'static Platform {
        self.lock.platform()
    }

    /// The value, to which nothing is applied any more.
    pub fn into_inner(self) -> T {
        self.lock.into_inner()
    }

    #[inline]
    fn is_eventful(&self) -> bool {
        self.events.load(Relaxed) != 0
    }

    #[inline]
    fn has_deferred(&self) -> bool {
        self.events.load(Relaxed) & DEFERRED != 0
    }

    /// Does what was left.
    fn run_deferred(&self, value: &mut T) {
        while self.events.fetch_and(!DEFERRED, Acquire) & DEFERRED != 0 {
            // Not in place: what is done may leave something.
            let deferred = self.deferred.lock().take();
            if let Some(deferred) = deferred {
                value.run_deferred(deferred);
            }
        }
    }

    /// Does what was left just before the release, unless another context has the lock by now.
    #[cold]
    #[inline(never)]
    fn settle(&self) {
        drop(self.try_lock());
    }
}

impl<T: Monitored<N>, const N: usize> fmt::Debug for Monitor<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("lock", &self.lock).finish_non_exhaustive()
    }
}
