//! Why a lock was not taken.

/// Waiting for the lock might never end.
///
/// The asking context holds the lock itself, or has interrupted the holder on the same core, or is
/// an interrupt handler, which must not wait for another core either.
///
/// ```
/// use vellum_memory::{Lock, WouldDeadlock};
///
/// static LOCK: Lock<u32> = Lock::new(0);
///
/// let _guard = LOCK.lock()?;
/// assert_eq!(LOCK.lock().err(), Some(WouldDeadlock));
/// # Ok::<(), WouldDeadlock>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WouldDeadlock;

texts!(WouldDeadlock {
    Self => "deadlock: waiting for the lock might never end";
});

impl core::error::Error for WouldDeadlock {}

/// Why a lock was not taken at once, or not soon enough.
///
/// ```
/// use vellum_memory::{Lock, LockError};
///
/// static LOCK: Lock<u32> = Lock::new(0);
///
/// let guard = LOCK.lock()?;
/// assert_eq!(LOCK.try_lock().err(), Some(LockError::WouldDeadlock));
/// drop(guard);
/// assert!(LOCK.try_lock().is_ok());
/// # Ok::<(), vellum_memory::WouldDeadlock>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockError {
    /// Another context holds the lock, and as far as is known releases it sooner or later.
    WouldBlock,
    /// Another try before the asking context returns or releases what it holds can't succeed.
    WouldDeadlock,
}

texts!(LockError {
    Self::WouldBlock => "the lock is held";
    Self::WouldDeadlock => "{}", WouldDeadlock;
});

impl core::error::Error for LockError {}

impl From<WouldDeadlock> for LockError {
    fn from(WouldDeadlock: WouldDeadlock) -> Self {
        Self::WouldDeadlock
    }
}
