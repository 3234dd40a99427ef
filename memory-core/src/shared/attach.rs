//! The mailbox of a shared memory.

use super::{Backing, SharedError, SharedGuard, SharedMemory};
use crate::access::MemoryAccess as _;
use crate::error::AccessError;
use crate::mailbox::{Mailbox, Recipient};

impl<M: Backing, const N: usize> SharedMemory<M, N> {
    /// Attaches a mailbox: what was posted is applied whenever the memory's lock is taken or
    /// released. So an operation on the memory sees all messages whose posting had ended before it
    /// began, except those behind a message whose posting was interrupted.
    ///
    /// A post wakes waiters, which look at the memory and so apply it. It signals the platform that
    /// the memory had when this was called, for waiters that [block](Self::atomic_wait32). Of the
    /// wakers lent to [`SharedGuard::poll`] it wakes the last; when that wait ends or is cancelled,
    /// the others are woken, so that one of them takes its place when it is polled. A wait that is
    /// not polled any more must be cancelled, or posts may wake no other.
    ///
    /// At most as many messages are applied at a time as the mailbox holds. When the memory is
    /// dropped the mailbox can be attached to another. Messages that lie outside the memory are
    /// dropped and [counted](Mailbox::rejected).
    ///
    /// # Errors
    ///
    /// If the mailbox has a memory already, or the memory a mailbox, or as [`lock`](Self::lock).
    ///
    /// ```
    /// use std::thread;
    /// use vellum_memory::{
    ///     Mailbox, MemoryType, PAGE_SIZE, PagePool, Platform, SharedMemory, WaitResult,
    /// };
    ///
    /// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    /// static SAMPLES: Mailbox<64> = Mailbox::new();
    ///
    /// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(1)))?.on(&Platform::STD);
    /// memory.attach(&SAMPLES)?;
    /// let handler = thread::spawn(|| {
    ///     SAMPLES.post(4, &[42]).unwrap();
    ///     SAMPLES.post(0, &[1]).unwrap();
    ///     SAMPLES.notify(0, 1).unwrap();
    /// });
    /// let waited = memory.atomic_wait32(0, 0, None)?;
    /// assert!(matches!(waited, WaitResult::Ok | WaitResult::Mismatch));
    /// assert_eq!(memory.atomic_load::<u32>(4)?, 42);
    /// # handler.join().unwrap();
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn attach<const L: usize, const B: usize>(
        &self,
        mailbox: &'static Mailbox<L, B>,
    ) -> Result<(), SharedError> {
        let mut guard = self.lock()?;
        if guard.held.waits.has_mailboxes() {
            return Err(SharedError::AlreadyAttached);
        }
        guard.held.waits.attach((), mailbox.attach(self.platform())?);
        Ok(())
    }
}

impl<M: Backing, const N: usize> Recipient for SharedGuard<'_, M, N> {
    fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError> {
        self.write(offset, bytes)
    }

    fn deliver_notification(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        self.notify(address, count)
    }
}
