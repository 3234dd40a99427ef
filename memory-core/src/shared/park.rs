//! Waits that block the calling thread.

use core::task::Poll;

use super::{Backing, SharedError, SharedMemory, Wait};
use crate::atomic::AtomicInt;
use crate::wait::{Ticket, WaitResult};

impl<M: Backing, const N: usize> SharedMemory<M, N> {
    /// Ends the first `count` waits for `address`, and tells how many there were.
    ///
    /// # Errors
    ///
    /// If the address is no multiple of 4 or out of bounds, or as [`lock`](Self::lock).
    pub fn atomic_notify(&self, address: usize, count: u32) -> Result<u32, SharedError> {
        Ok(self.lock()?.notify(address, count)?)
    }

    /// Blocks the calling thread until `address` is notified, if the 32 bits there are `expected`,
    /// or until `timeout` ticks of the platform's clock have passed, if there is a limit.
    ///
    /// Meanwhile the lock is free, and the thread does what
    /// [`Platform::with_idle`](crate::Platform::with_idle) says. Of the mailboxes it empties the
    /// one that is [attached](Self::attach).
    ///
    /// Without a limit it blocks for ever if no notifier is left: the memory can't know that, and does
    /// not report the deadlock.
    ///
    /// On [`Platform::ONE_CORE`](crate::Platform::ONE_CORE) an interrupt handler is not recognised.
    /// It must not call this there: what could end the wait does not run meanwhile.
    ///
    /// # Errors
    ///
    /// If the address is no multiple of 4 or out of bounds, the queue is full, there is a limit but
    /// no clock, the caller is an interrupt handler, or as [`lock`](Self::lock).
    ///
    /// ```
    /// use std::thread;
    /// use vellum_memory::{MemoryType, PAGE_SIZE, PagePool, Platform, SharedMemory, WaitResult};
    ///
    /// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    ///
    /// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(1)))?.on(&Platform::STD);
    /// thread::scope(|scope| {
    ///     scope.spawn(|| while memory.atomic_notify(0, 1).unwrap() == 0 {});
    ///     assert_eq!(memory.atomic_wait32(0, 0, None), Ok(WaitResult::Ok));
    /// });
    /// assert_eq!(memory.atomic_wait32(0, 1, None), Ok(WaitResult::Mismatch));
    /// assert_eq!(memory.atomic_wait32(0, 0, Some(1000)), Ok(WaitResult::TimedOut));
    /// # Ok::<(), vellum_memory::MemoryError>(())
    /// ```
    pub fn atomic_wait32(
        &self,
        address: usize,
        expected: u32,
        timeout: Option<u64>,
    ) -> Result<WaitResult, SharedError> {
        self.atomic_wait(address, expected, timeout)
    }

    /// As [`atomic_wait32`](Self::atomic_wait32), with 64 bits at a multiple of 8.
    ///
    /// # Errors
    ///
    /// As [`atomic_wait32`](Self::atomic_wait32).
    pub fn atomic_wait64(
        &self,
        address: usize,
        expected: u64,
        timeout: Option<u64>,
    ) -> Result<WaitResult, SharedError> {
        self.atomic_wait(address, expected, timeout)
    }

    fn atomic_wait<T: AtomicInt>(
        &self,
        address: usize,
        expected: T,
        timeout: Option<u64>,
    ) -> Result<WaitResult, SharedError> {
        let platform = self.platform();
        if platform.context().is_interrupt() {
            return Err(SharedError::WouldDeadlock);
        }
        let deadline = match (timeout, platform.now()) {
            (None, _) => None,
            (Some(timeout), Some(now)) => Some(now.0.saturating_add(timeout)),
            (Some(_), None) => return Err(SharedError::NoClock),
        };
        let wait = self.lock()?.wait(address, expected, deadline)?;
        match wait {
            Wait::NotEqual => Ok(WaitResult::Mismatch),
            Wait::Queued(ticket) => self.park(&ticket),
        }
    }

    fn park(&self, ticket: &Ticket) -> Result<WaitResult, SharedError> {
        let platform = self.platform();
        loop {
            let now = platform.now().unwrap_or_default().0;
            // The lock was free when the wait began, so its holder was not interrupted by this.
            if let Ok(mut guard) = self.lock()
                && let Poll::Ready(result) = guard.poll(ticket, now, None)?
            {
                return Ok(result);
            }
            (platform.idle)();
        }
    }
}
