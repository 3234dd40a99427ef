//! Why a lock was not taken.

/// Waiting for the lock might never end.
///
/// The asking context holds the lock itself, or has interrupted the holder on the same core, or is
/// an interrupt handler, which must not wait for another core either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WouldDeadlock;

texts!(WouldDeadlock {
    Self => "deadlock: waiting for the lock might never end";
});

impl core::error::Error for WouldDeadlock {}

/// Why a lock was not taken at once, or not soon enough.
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
