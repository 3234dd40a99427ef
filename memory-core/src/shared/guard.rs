//! A shared memory while it is locked.

use core::fmt;
use core::task::{Poll, Waker};

use core::sync::atomic::Ordering;

use super::{Backing, Contents, SharedMemory, clamped};
use crate::access::{MemoryAccess, bytes};
use crate::atomic::{AtomicAccess, AtomicInt, aligned};
use crate::error::{AccessError, MemoryError};
use crate::lock::LockGuard;
use crate::wait::{Ticket, WAITERS, WaitError, WaitResult};

/// A [`SharedMemory`] that its holder has to itself; released when dropped.
///
/// All of [`MemoryAccess`], [`AtomicAccess`] and [`BlockAccess`](crate::BlockAccess) applies to it,
/// borrowed slices and views included.
///
/// ```
/// use core::task::Poll;
/// use vellum_memory::{MemoryType, PAGE_SIZE, PagePool, SharedMemory, Wait, WaitResult};
///
/// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(1)))?;
/// let Wait::Queued(ticket) = memory.lock()?.wait32(64, 0, None)? else { panic!() };
///
/// let mut guard = memory.lock()?;
/// assert_eq!(guard.poll(&ticket, 0, None)?, Poll::Pending);
/// assert_eq!(guard.notify(64, 1)?, 1);
/// assert_eq!(guard.poll(&ticket, 0, None)?, Poll::Ready(WaitResult::Ok));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[must_use = "the memory is released when the guard is dropped"]
pub struct SharedGuard<'a, M: Backing = crate::LinearMemory, const N: usize = WAITERS> {
    shared: &'a SharedMemory<M, N>,
    pub(super) contents: LockGuard<'a, Contents<M, N>>,
}

/// How a wait began.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a ticket keeps its place until its end is asked for, or it is cancelled"]
pub enum Wait {
    /// Not at all: the memory does not hold the expected value.
    NotEqual,
    /// With a place in the queue.
    Queued(Ticket),
}

impl<'a, M: Backing, const N: usize> SharedGuard<'a, M, N> {
    pub(super) fn new(
        shared: &'a SharedMemory<M, N>,
        contents: LockGuard<'a, Contents<M, N>>,
    ) -> Self {
        let mut guard = Self { shared, contents };
        guard.empty_mailbox();
        guard
    }

    /// Whether another context waits for the memory, and will have it when this guard is dropped.
    pub fn is_awaited(&self) -> bool {
        LockGuard::is_awaited(&self.contents)
    }

    /// The size in pages.
    pub fn size(&self) -> u64 {
        self.contents.memory.size()
    }

    /// Adds `delta` pages, all zero, and gives the size before in pages. No byte moves.
    ///
    /// # Errors
    ///
    /// If the type's maximum or the lease does not allow as many. Nothing is changed then.
    pub fn grow(&mut self, delta: u64) -> Result<u64, MemoryError> {
        let before = self.contents.memory.grow(delta)?;
        self.publish_size();
        Ok(before)
    }

    /// Makes the size known to those who ask for it without the lock.
    fn publish_size(&self) {
        let pages = clamped(self.size());
        // Only holders of the lock write it.
        if self.shared.pages.load(Ordering::Relaxed) != pages {
            self.shared.pages.store(pages, Ordering::SeqCst);
        }
    }

    /// What is shared.
    pub fn backing(&self) -> &M {
        &self.contents.memory
    }

    /// What is shared, to use it in its own way: an interpreter, say, runs a guest with it, which
    /// may write and grow the memory. It must stay the same memory.
    pub fn backing_mut(&mut self) -> &mut M {
        &mut self.contents.memory
    }

    /// Begins to wait for a notification of `address`, if the 32 bits there are `expected`, until
    /// the time is `deadline` if there is one.
    ///
    /// # Errors
    ///
    /// If the address is no multiple of 4 or out of bounds, or the queue is full.
    pub fn wait32(
        &mut self,
        address: usize,
        expected: u32,
        deadline: Option<u64>,
    ) -> Result<Wait, super::SharedError> {
        self.wait(address, expected, deadline)
    }

    /// Begins to wait for a notification of `address`, if the 64 bits there are `expected`, until
    /// the time is `deadline` if there is one.
    ///
    /// # Errors
    ///
    /// If the address is no multiple of 8 or out of bounds, or the queue is full.
    pub fn wait64(
        &mut self,
        address: usize,
        expected: u64,
        deadline: Option<u64>,
    ) -> Result<Wait, super::SharedError> {
        self.wait(address, expected, deadline)
    }

    pub(super) fn wait<T: AtomicInt>(
        &mut self,
        address: usize,
        expected: T,
        deadline: Option<u64>,
    ) -> Result<Wait, super::SharedError> {
        if self.atomic_load::<T>(address)? != expected {
            return Ok(Wait::NotEqual);
        }
        Ok(Wait::Queued(self.contents.waiters.wait(address, deadline)?))
    }

    /// Tells how a wait ended, if it has. See [`WaitQueue::poll`](crate::WaitQueue::poll).
    ///
    /// # Errors
    ///
    /// If the end was told already.
    pub fn poll(
        &mut self,
        ticket: &Ticket,
        now: u64,
        waker: Option<&Waker>,
    ) -> Result<Poll<WaitResult>, WaitError> {
        self.contents.waiters.poll(ticket, now, waker)
    }

    /// Gives up a wait. See [`WaitQueue::cancel`](crate::WaitQueue::cancel).
    ///
    /// # Errors
    ///
    /// As [`poll`](Self::poll).
    pub fn cancel(&mut self, ticket: Ticket) -> Result<(), WaitError> {
        self.contents.waiters.cancel(ticket)?;
        self.signal();
        Ok(())
    }

    /// Ends the first `count` waits for `address`, and tells how many there were.
    ///
    /// # Errors
    ///
    /// If the address is no multiple of 4 or its 32 bits are out of bounds.
    pub fn notify(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        aligned::<u32>(address)?;
        bytes(self.data(), address, size_of::<u32>())?;
        let woken = self.contents.waiters.notify(&address, count);
        if woken > 0 {
            self.signal();
        }
        Ok(woken)
    }

    /// How many waits were not notified yet.
    pub fn waiting(&self) -> usize {
        self.contents.waiters.waiting()
    }

    /// The earliest time at which a wait is up, if any has a time limit.
    pub fn next_deadline(&self) -> Option<u64> {
        self.contents.waiters.next_deadline()
    }

    fn signal(&self) {
        (self.shared.platform().signal)();
    }
}

impl<M: Backing, const N: usize> Drop for SharedGuard<'_, M, N> {
    fn drop(&mut self) {
        self.empty_mailbox();
        self.publish_size();
    }
}

impl<M: Backing, const N: usize> MemoryAccess for SharedGuard<'_, M, N> {
    fn data(&self) -> &[u8] {
        self.contents.memory.data()
    }

    fn data_mut(&mut self) -> &mut [u8] {
        self.contents.memory.data_mut()
    }
}

impl<M: Backing + fmt::Debug, const N: usize> fmt::Debug for SharedGuard<'_, M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedGuard").field(&*self.contents).finish()
    }
}
