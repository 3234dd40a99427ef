//! A lock with those who wait under it, the mailboxes that its holders empty, and what is left to
//! them.

mod guard;
mod wait_set;

use core::fmt;
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};

use spin::Mutex;

pub use guard::MonitorGuard;
pub use wait_set::WaitSet;

use crate::context::Context;
use crate::lock::{Lock, LockError, LockStats, WouldDeadlock};
use crate::mailbox::{Attachment, Recipient};
use crate::platform::Platform;
use crate::sync::{AtomicBool, fence};
use crate::wait::WAITERS;

/// What a [`Monitor`] guards: a value that holds the [`WaitSet`] of the monitor.
pub trait Monitored<const N: usize = WAITERS> {
    /// What is waited for.
    type Key: Eq;
    /// Which part of the value a mailbox is for.
    type Place: Copy;
    /// The mailboxes that are attached.
    type Mailboxes: AsRef<[(Self::Place, Attachment)]>;
    /// What those who can't take the lock leave to its next holder.
    type Deferred: Default;

    /// The waits, unless nobody ever waits.
    fn wait_set(&self) -> Option<&WaitSet<Self::Key, Self::Mailboxes, N>>;

    /// The waits, to change them.
    fn wait_set_mut(&mut self) -> Option<&mut WaitSet<Self::Key, Self::Mailboxes, N>>;

    /// What a mailbox for that place is drained into. It need not signal the platform.
    fn recipient(&mut self, place: Self::Place) -> impl Recipient;

    /// Does what was left.
    fn run_deferred(&mut self, deferred: Self::Deferred);
}

/// A [`Lock`] around a value, with a queue of waits, mailboxes, and work that is left to its holder.
///
/// A context that takes the lock first does what was [left](Self::defer) to it and applies what was
/// posted to the mailboxes; when it releases the lock it applies what was posted meanwhile. The wakers
/// of waits that were ended under the lock are woken after its release, so that their tasks find it
/// free. Of more than `N` wakers under one lock, the others are woken at once.
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
/// // One that interrupts the holder can't wait for it.
/// COUNTER.defer(|more| *more += 1);
/// guard.add(1);
/// drop(guard);
/// assert_eq!(COUNTER.lock()?.waits.poll(&ticket, 0, None)?, Poll::Ready(WaitResult::Ok));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct Monitor<T: Monitored<N>, const N: usize = WAITERS> {
    lock: Lock<T>,
    has_deferred: AtomicBool,
    deferred: Mutex<Option<T::Deferred>>,
}

impl<T: Monitored<N>, const N: usize> Monitor<T, N> {
    const_fn! {
        /// A monitor on [`Platform::ONE_CORE`] whose lock nobody holds.
        pub const fn new(value: T) -> Self {
            Self {
                lock: Lock::new(value),
                has_deferred: AtomicBool::new(false),
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
        self.lock.lock().map(|held| MonitorGuard::new(self, held))
    }

    /// Takes the lock if nobody holds it. See [`Lock::try_lock`].
    ///
    /// # Errors
    ///
    /// If the lock is held.
    pub fn try_lock(&self) -> Result<MonitorGuard<'_, T, N>, LockError> {
        self.lock.try_lock().map(|held| MonitorGuard::new(self, held))
    }

    /// Takes the lock, and looks `turns` times more if another context holds it. See
    /// [`Lock::lock_within`].
    ///
    /// # Errors
    ///
    /// If the lock is not released in time, or never can be.
    #[inline(always)]
    pub fn lock_within(&self, turns: u32) -> Result<MonitorGuard<'_, T, N>, LockError> {
        match self.lock.lock_within(turns) {
            Ok(held) => Ok(MonitorGuard::new(self, held)),
            Err(error) => Err(error),
        }
    }

    /// Leaves something to the next holder of the lock, or to the one that there is, who does it
    /// when the lock is released. If nobody holds the lock, it waits for the next who takes it.
    pub fn defer(&self, add: impl FnOnce(&mut T::Deferred)) {
        add(self.deferred.lock().get_or_insert_default());
        self.has_deferred.swap(true, AcqRel);
        // A context that finds the lock held after this is seen by its holder, who looks after a fence too.
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
    fn has_deferred(&self) -> bool {
        self.has_deferred.load(Relaxed)
    }

    /// Does what was left.
    fn run_deferred(&self, value: &mut T) {
        while self.has_deferred.swap(false, Acquire) {
            // Not in place: what is done may leave something.
            let deferred = self.deferred.lock().take();
            if let Some(deferred) = deferred {
                value.run_deferred(deferred);
            }
        }
    }

    /// Does what was left while the lock was about to be released, unless somebody has it by now.
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
