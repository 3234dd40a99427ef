//! The value of a monitor while its lock is held.

#![expect(unsafe_code, reason = "the lock is released before the wakers are woken")]

use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::Ordering::{Relaxed, SeqCst};

use super::{MAILBOXES, Monitor, Monitored, WaitSet};
use crate::lock::{HasLock, Held, Lock, LockError, Patience};
use crate::sync::fence;
use crate::wait::WAITERS;

/// Holds the lock of a [`Monitor`] and reaches its value; releases the lock when dropped.
///
/// It stays in the context that took the lock, which is known as the holder.
///
/// ```
/// use vellum_memory::{Monitor, MonitorGuard};
/// # use vellum_memory::{AccessError, Attachment, Monitored, Recipient, WaitSet};
/// #
/// # /// A number for which nobody waits and no mailbox is.
/// # struct Number(u32);
/// #
/// # impl Recipient for &mut Number {
/// #     fn deliver(&mut self, _: usize, _: &[u8]) -> Result<(), AccessError> {
/// #         Ok(())
/// #     }
/// #
/// #     fn deliver_notification(&mut self, _: usize, _: u32) -> Result<u32, AccessError> {
/// #         Ok(0)
/// #     }
/// # }
/// #
/// # impl Monitored for Number {
/// #     type Key = ();
/// #     type Place = ();
/// #     type Mailboxes = [((), Attachment); 0];
/// #     /// What is to be added.
/// #     type Deferred = u32;
/// #
/// #     fn wait_set(&self) -> Option<&WaitSet<(), Self::Mailboxes>> {
/// #         None
/// #     }
/// #
/// #     fn wait_set_mut(&mut self) -> Option<&mut WaitSet<(), Self::Mailboxes>> {
/// #         None
/// #     }
/// #
/// #     fn recipient(&mut self, (): ()) -> impl Recipient {
/// #         self
/// #     }
/// #
/// #     fn run_deferred(&mut self, more: u32) {
/// #         self.0 += more;
/// #     }
/// # }
/// static NUMBER: Monitor<Number> = Monitor::new(Number(0));
///
/// let mut guard = NUMBER.lock()?;
/// guard.0 += 1;
/// // Done when the lock is released.
/// NUMBER.defer(|more| *more += 1);
/// assert_eq!((guard.0, MonitorGuard::is_awaited(&guard)), (1, false));
/// drop(guard);
/// assert_eq!(NUMBER.lock()?.0, 2);
/// # Ok::<(), vellum_memory::WouldDeadlock>(())
/// ```
#[must_use = "the lock is released when the guard is dropped"]
pub struct MonitorGuard<'a, T: Monitored<N>, const N: usize = WAITERS> {
    /// Taken out when this is dropped.
    held: ManuallyDrop<Held<'a, Monitor<T, N>>>,
}

impl<T: Monitored<N>, const N: usize> HasLock for Monitor<T, N> {
    type Value = T;

    #[inline(always)]
    fn lock(&self) -> &Lock<T> {
        &self.lock
    }
}

/// Looks, when dropped, for what was left while the lock was about to be released.
struct Released<'a, T: Monitored<N>, const N: usize>(&'a Monitor<T, N>);

impl<'a, T: Monitored<N>, const N: usize> MonitorGuard<'a, T, N> {
    #[inline(always)]
    pub(super) fn acquire(
        monitor: &'a Monitor<T, N>,
        patience: Patience,
    ) -> Result<Self, LockError> {
        match Held::acquire(monitor, patience) {
            Ok(held) if monitor.is_eventful() => Ok(Self::settled(held)),
            Ok(held) => Ok(Self { held: ManuallyDrop::new(held) }),
            Err(error) => Err(error),
        }
    }

    /// Apart, so that contexts that find nothing to do don't make room for it.
    #[cold]
    #[inline(never)]
    fn settled(mut held: Held<'a, Monitor<T, N>>) -> Self {
        let monitor = held.owner();
        monitor.run_deferred(&mut held);
        monitor.drain(&mut held);
        Self { held: ManuallyDrop::new(held) }
    }

    /// Whether another context waits in the lock's queue, and will be served when this guard is
    /// dropped.
    pub fn is_awaited(guard: &Self) -> bool {
        guard.held.is_awaited()
    }
}

impl<T: Monitored<N>, const N: usize> Monitor<T, N> {
    /// Applies what was posted to the mailboxes.
    fn drain(&self, value: &mut T) {
        let mut woken = 0;
        for index in 0.. {
            let waits = value.wait_set();
            let Some((place, mailbox)) = waits.and_then(|waits| waits.mailbox(index)) else {
                break;
            };
            if !mailbox.is_empty() {
                woken |= mailbox.drain_into(&mut value.recipient(place)).woken;
            }
        }
        if woken > 0 {
            self.platform().signal();
        }
    }

    /// Releases the lock of a value with a mailbox, or with wakers to be woken or dropped after that.
    #[cold]
    #[inline(never)]
    fn release_eventful(mut held: Held<'_, Self>) {
        let monitor = held.owner();
        loop {
            let mut is_registered = true;
            if let Some(waits) = held.wait_set_mut()
                && waits.has_mailboxes()
            {
                monitor.events.fetch_or(MAILBOXES, Relaxed);
                is_registered = waits.register();
                monitor.drain(&mut held);
            }
            let wakers = held.wait_set_mut().map(WaitSet::take_wakers);
            held.release();
            if let Some(wakers) = wakers {
                wakers.run();
            }
            if is_registered {
                return;
            }
            // If another context has the lock by now, it does the rest.
            let Ok(next) = Held::acquire(monitor, Patience::Times(0)) else { return };
            held = next;
        }
    }
}

impl<T: Monitored<N>, const N: usize> Deref for MonitorGuard<'_, T, N> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.held
    }
}

impl<T: Monitored<N>, const N: usize> DerefMut for MonitorGuard<'_, T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.held
    }
}

impl<T: Monitored<N>, const N: usize> Drop for MonitorGuard<'_, T, N> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the guard ends here, and is not used afterwards.
        let held = unsafe { ManuallyDrop::take(&mut self.held) };
        let released = Released(held.owner());
        if held.wait_set().is_some_and(WaitSet::is_eventful) {
            Monitor::release_eventful(held);
        } else {
            held.release();
        }
        drop(released);
    }
}

impl<T: Monitored<N>, const N: usize> Drop for Released<'_, T, N> {
    #[inline]
    fn drop(&mut self) {
        // Work that is left by a context that then finds the lock held is seen here.
        fence(SeqCst);
        if self.0.has_deferred() {
            self.0.settle();
        }
    }
}

impl<T: Monitored<N> + fmt::Debug, const N: usize> fmt::Debug for MonitorGuard<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
