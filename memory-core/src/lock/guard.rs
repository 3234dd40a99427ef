//! Access to a lock's value while the lock is held.

#![expect(
    unsafe_code,
    reason = "the holder of the lock reaches its value through a shared reference"
)]

use core::fmt;
use core::ops::{Deref, DerefMut};

use super::Lock;
use super::raw::RawGuard;
use crate::sync::{Cell, Pointer};

// SAFETY: a shared lock lets its value be reached only through a guard, of which there is one at a
// time; the value passes from thread to thread, and so must be `Send`, but is never shared.
unsafe impl<T: Send> Sync for Lock<T> {}

/// Holds a [`Lock`] and reaches its value; releases the lock when dropped.
///
/// It stays in the context that took the lock, which is known as the holder.
#[must_use = "the lock is released when the guard is dropped"]
pub struct LockGuard<'a, T> {
    /// Neither `Send` nor `Sync`. Dropped before the lock is released.
    value: Pointer<T>,
    held: RawGuard<'a>,
}

impl<'a, T> LockGuard<'a, T> {
    /// The guard of a lock that is `held`, with the `value` of the same lock.
    pub(super) fn new(value: &'a Cell<T>, held: RawGuard<'a>) -> Self {
        Self { value: value.pointer(), held }
    }

    /// Whether another context waits in the lock's queue, and will be served when this guard is
    /// dropped.
    pub fn is_awaited(guard: &Self) -> bool {
        guard.held.is_awaited()
    }
}

impl<T> Deref for LockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the value lives as long as the lock, which is borrowed, and this is its only
        // guard: a mutable reference could only come from a mutable borrow of it.
        unsafe { &*self.value.as_ptr() }
    }
}

impl<T> DerefMut for LockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the value lives as long as the lock, which is borrowed, and this is its only
        // guard, mutably borrowed.
        unsafe { &mut *self.value.as_ptr() }
    }
}

impl<T: fmt::Debug> fmt::Debug for LockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
