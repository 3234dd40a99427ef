//! What can go wrong with a shared memory.

use crate::error::{AccessError, MemoryError};
use crate::lock::WouldDeadlock;
use crate::mailbox::AlreadyAttached;
use crate::wait::WaitError;

/// Why an operation on a [`SharedMemory`](crate::SharedMemory) failed. Nothing was changed.
///
/// ```
/// use vellum_memory::{MemoryType, PAGE_SIZE, PagePool, SharedError, SharedMemory};
///
/// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(1)))?;
/// let _guard = memory.lock()?;
/// // Whoever holds the lock uses the guard.
/// assert_eq!(memory.write(0, b"x"), Err(SharedError::WouldDeadlock));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SharedError {
    /// The asking context can't wait for the memory's lock.
    WouldDeadlock,
    /// Bytes can't be reached.
    Access(AccessError),
    /// The memory can't grow.
    Memory(MemoryError),
    /// A wait can't begin.
    Wait(WaitError),
    /// A wait has a time limit, but the platform has no clock.
    NoClock,
    /// The mailbox has a memory already, or the memory a mailbox.
    AlreadyAttached,
}

texts!(SharedError {
    Self::WouldDeadlock => "{}", WouldDeadlock;
    Self::Access(error) => "{}", error;
    Self::Memory(error) => "{}", error;
    Self::Wait(error) => "{}", error;
    Self::NoClock => "a wait with a time limit needs a platform with a clock";
    Self::AlreadyAttached => "the mailbox has a memory already, or the memory a mailbox";
});

impl core::error::Error for SharedError {}

impl From<WouldDeadlock> for SharedError {
    fn from(WouldDeadlock: WouldDeadlock) -> Self {
        Self::WouldDeadlock
    }
}

impl From<AlreadyAttached> for SharedError {
    fn from(AlreadyAttached: AlreadyAttached) -> Self {
        Self::AlreadyAttached
    }
}

impl From<AccessError> for SharedError {
    fn from(error: AccessError) -> Self {
        Self::Access(error)
    }
}

impl From<MemoryError> for SharedError {
    fn from(error: MemoryError) -> Self {
        Self::Memory(error)
    }
}

impl From<WaitError> for SharedError {
    fn from(error: WaitError) -> Self {
        Self::Wait(error)
    }
}
