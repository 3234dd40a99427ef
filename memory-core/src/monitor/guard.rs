//! The value of a monitor while its lock is held.

#![expect(unsafe_code, reason = "the lock is released before the wakers are woken")]

use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::Ordering::SeqCst;

use super::{Monitor, Monitored};
use crate::lock::LockGuard;
use crate::sync::fence;
use crate::wait::WAITERS;

/// Holds the lock of a [`Monitor`] and reaches its value; releases the lock when dropped.
///
/// It stays in the context that took the lock, which is known as the holder.
#[must_use = "the lock is released when the guard is dropped"]
pub struct MonitorGuard<'a, T: Monitored<N>, const N: usize = WAITERS> {
    /// Taken out when this is dropped.
    held: ManuallyDrop<LockGuard<'a, T>>,
    monitor: &'a Monitor<T, N>,
}

/// Looks, when dropped, for what was left while the lock was about to be released.
struct Released<'a, T: Monitored<N>, const N: usize>(&'a Monitor<T, N>);

impl<'a, T: Monitored<N>, const N: usize> MonitorGuard<'a, T, N> {
    #[inline]
    pub(super) fn new(monitor: &'a Monitor<T, N>, held: LockGuard<'a, T>) -> Self {
        let guard = Self { held: ManuallyDrop::new(held), monitor };
        if monitor.has_deferred() || is_eventful::<T, N>(&guard.held) {
            guard.settled()
        } else {
            guard
        }
    }

    /// Apart, so that those who find nothing to do don't make room for it.
    #[cold]
    #[inline(never)]
    fn settled(mut self) -> Self {
        self.monitor.run_deferred(&mut self.held);
        self.monitor.drain(&mut self.held);
        self
    }

    /// Whether another context waits in the lock's queue, and will be served when this guard is
    /// dropped.
    pub fn is_awaited(guard: &Self) -> bool {
        LockGuard::is_awaited(&guard.held)
    }
}

/// Whether there may be something to do when the lock is taken or released.
#[inline]
fn is_eventful<T: Monitored<N>, const N: usize>(value: &T) -> bool {
    value.wait_set().is_some_and(|waits| waits.is_eventful)
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

    /// Releases the lock of a value to which something is to be done before, or after that.
    #[cold]
    #[inline(never)]
    fn release(&self, mut held: LockGuard<'_, T>) {
        self.drain(&mut held);
        let wakers = held.wait_set_mut().and_then(|waits| waits.take_wakers());
        drop(held);
        drop(wakers);
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
        let _released = Released(self.monitor);
        // SAFETY: this is the guard's end: nobody uses it afterwards.
        let held = unsafe { ManuallyDrop::take(&mut self.held) };
        if is_eventful::<T, N>(&held) {
            self.monitor.release(held);
        }
    }
}

impl<T: Monitored<N>, const N: usize> Drop for Released<'_, T, N> {
    #[inline]
    fn drop(&mut self) {
        // A context that leaves something and then finds the lock held is seen here, or finds it free.
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
