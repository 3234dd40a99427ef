//! Waits for notifications of a locked memory.

use core::task::{Poll, Waker};

use super::{Backing, SharedError, SharedGuard};
use crate::atomic::{AtomicAccess as _, AtomicInt};
use crate::error::AccessError;
use crate::wait::{Ticket, WaitError, WaitResult};

/// How a wait began.
///
/// ```
/// use vellum_memory::{MemoryType, PAGE_SIZE, PagePool, SharedMemory, Wait};
///
/// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(1)))?;
/// let mut guard = memory.lock()?;
/// assert_eq!(guard.wait32(0, 1, None)?, Wait::NotEqual);
/// let Wait::Queued(ticket) = guard.wait32(0, 0, None)? else { panic!("there is a 0") };
/// assert_eq!(guard.notify(0, 1)?, 1);
/// assert!(guard.poll(&ticket, 0, None)?.is_ready());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a ticket keeps its place until its end is asked for, or it is cancelled"]
pub enum Wait {
    /// Not at all: the memory does not hold the expected value.
    NotEqual,
    /// With a place in the queue.
    Queued(Ticket),
}

/// Waits, which do not block. Wakers are woken and dropped after the memory is released, so that
/// the tasks to which they belong find it free, even if one ends by that.
impl<M: Backing, const N: usize> SharedGuard<'_, M, N> {
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
    ) -> Result<Wait, SharedError> {
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
    ) -> Result<Wait, SharedError> {
        self.wait(address, expected, deadline)
    }

    pub(super) fn wait<T: AtomicInt>(
        &mut self,
        address: usize,
        expected: T,
        deadline: Option<u64>,
    ) -> Result<Wait, SharedError> {
        if self.atomic_load::<T>(address)? != expected {
            return Ok(Wait::NotEqual);
        }
        Ok(Wait::Queued(self.held.waits.wait(address, deadline)?))
    }

    /// Tells how a wait ended, if it has. See [`WaitSet::poll`](crate::WaitSet::poll).
    ///
    /// Until then a `waker` is also woken by posts to an [attached](crate::SharedMemory::attach)
    /// mailbox, if it is the last one that was lent. The ticket must be one of this memory, which
    /// takes another one's for one of its own.
    ///
    /// # Errors
    ///
    /// If the end was told already, or too many wakers were replaced under this lock.
    pub fn poll(
        &mut self,
        ticket: &Ticket,
        now: u64,
        waker: Option<&Waker>,
    ) -> Result<Poll<WaitResult>, WaitError> {
        self.held.waits.poll(ticket, now, waker)
    }

    /// Gives up a wait. See [`WaitSet::cancel`](crate::WaitSet::cancel).
    ///
    /// The ticket must be one of this memory, which takes another one's for one of its own.
    ///
    /// # Errors
    ///
    /// If the end was told already.
    pub fn cancel(&mut self, ticket: Ticket) -> Result<(), WaitError> {
        let is_passed_on = self.held.waits.cancel(ticket)?;
        if is_passed_on {
            self.signal();
        }
        Ok(())
    }

    /// Ends the first `count` waits for `address`, and tells how many there were.
    ///
    /// # Errors
    ///
    /// If the address is no multiple of 4 or its 32 bits are out of bounds.
    pub fn notify(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        let woken = self.held.notify(address, count)?;
        if woken > 0 {
            self.signal();
        }
        Ok(woken)
    }

    /// How many waits were not notified yet.
    pub fn waiting(&self) -> usize {
        self.held.waits.waiting()
    }

    /// The earliest time at which a wait is up, if any has a time limit.
    pub fn next_deadline(&self) -> Option<u64> {
        self.held.waits.next_deadline()
    }

    fn signal(&self) {
        (self.shared.platform().signal)();
    }
}
