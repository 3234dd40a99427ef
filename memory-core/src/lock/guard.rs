//! Access to a lock's value while the lock is held.

#![expect(
    unsafe_code,
    reason = "the holder of the lock reaches its value through a shared reference"
)]

use core::fmt;
use core::mem;
use core::ops::{Deref, DerefMut};

use super::raw::Patience;
use super::{Lock, LockError};
use crate::sync::Claim;

// SAFETY: a shared lock lets its value be reached only through a guard, of which there is one at a
// time; the value passes from thread to thread, and so must be `Send`, but is never shared.
unsafe impl<T: Send> Sync for Lock<T> {}

/// Holds a [`Lock`] and reaches its value; releases the lock when dropped.
///
/// It stays in the context that took the lock, which is known as the holder.
///
/// ```
/// use vellum_memory::{Lock, LockGuard};
///
/// static LOCK: Lock<u32> = Lock::new(0);
///
/// let mut guard = LOCK.lock()?;
/// *guard += 1;
/// assert!(!LockGuard::is_awaited(&guard));
/// drop(guard);
/// assert_eq!(*LOCK.lock()?, 1);
/// # Ok::<(), vellum_memory::WouldDeadlock>(())
/// ```
#[must_use = "the lock is released when the guard is dropped"]
pub struct LockGuard<'a, T>(pub(super) Held<'a, Lock<T>>);

/// What has a lock, always the same one.
pub(crate) trait HasLock {
    type Value;

    fn lock(&self) -> &Lock<Self::Value>;
}

impl<T> HasLock for Lock<T> {
    type Value = T;

    #[inline(always)]
    fn lock(&self) -> &Self {
        self
    }
}

/// That the lock of `owner` is held, in one word: the lock is found through it.
pub(crate) struct Held<'a, L: HasLock> {
    owner: &'a L,
    claim: Claim<L::Value>,
}

impl<'a, L: HasLock> Held<'a, L> {
    #[inline(always)]
    pub(crate) fn acquire(owner: &'a L, patience: Patience) -> Result<Self, LockError> {
        let lock = owner.lock();
        match lock.raw.acquire(patience) {
            Ok(()) => Ok(Self { owner, claim: lock.value.claim() }),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn owner(&self) -> &'a L {
        self.owner
    }

    pub(crate) fn is_awaited(&self) -> bool {
        self.owner.lock().raw.is_awaited()
    }

    /// Releases the lock, as dropping this does, but without a call.
    #[inline(always)]
    pub(crate) fn release(mut self) {
        self.claim.give_up();
        let owner = self.owner;
        mem::forget(self);
        owner.lock().raw.release();
    }
}

impl<L: HasLock> Drop for Held<'_, L> {
    fn drop(&mut self) {
        self.claim.give_up();
        self.owner.lock().raw.release();
    }
}

impl<L: HasLock> Deref for Held<'_, L> {
    type Target = L::Value;

    #[inline(always)]
    fn deref(&self) -> &L::Value {
        // SAFETY: the value lives as long as the lock, which is borrowed, and its only claim is
        // here: a mutable reference could only come from a mutable borrow of this.
        unsafe { &*self.owner.lock().value.pointer(&self.claim) }
    }
}

impl<L: HasLock> DerefMut for Held<'_, L> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut L::Value {
        // SAFETY: the value lives as long as the lock, which is borrowed, and its only claim is
        // here, mutably borrowed.
        unsafe { &mut *self.owner.lock().value.pointer(&self.claim) }
    }
}

impl<T> LockGuard<'_, T> {
    /// Whether another context waits in the lock's queue, and will be served when this guard is
    /// dropped.
    pub fn is_awaited(guard: &Self) -> bool {
        guard.0.is_awaited()
    }
}

impl<T> Deref for LockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for LockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for LockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
