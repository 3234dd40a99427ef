//! The mailbox of a shared memory.

use super::{Backing, SharedError, SharedGuard, SharedMemory};
use crate::access::MemoryAccess as _;
use crate::error::AccessError;
use crate::mailbox::{Mailbox, Recipient};

impl<M: Backing, const N: usize> SharedMemory<M, N> {
    /// Attaches a mailbox: whoever takes the memory's lock, and whoever releases it, applies what
    /// was posted. So an operation on the memory sees all messages whose posting had ended before it
    /// began, except those that came after one whose posting is interrupted and has not ended yet.
    ///
    /// A post has those who wait look at the memory, and so apply it. For those who
    /// [block](Self::atomic_wait32) it signals the platform that the memory had when this was
    /// called. Of the wakers that [`SharedGuard::poll`] was lent it wakes the last one; when the
    /// wait of that one ends or is cancelled, the others are woken, so that their waits are polled
    /// and one of them takes its place. So a wait that nobody polls any more must be cancelled, or
    /// others may not be woken by posts.
    ///
    /// Each time as many messages are applied as the mailbox holds, at most. The memory keeps its
    /// mailbox until it is dropped; the mailbox can be attached to another one then. Messages that
    /// lie outside the memory are dropped and [counted](Mailbox::rejected).
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
