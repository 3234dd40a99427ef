//! The mailbox of a shared memory.

use core::task::Waker;

use super::{Backing, Contents, SharedError, SharedGuard, SharedMemory};
use crate::access::MemoryAccess as _;
use crate::error::AccessError;
use crate::mailbox::{Attachment, Mailbox, Recipient};
use crate::wakers::ReleasedWaker;

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
        if guard.contents().mailbox.is_some() {
            return Err(SharedError::AlreadyAttached);
        }
        let mailbox = mailbox.attach(self.platform())?;
        guard.contents_mut().mailbox = Some(Attached { mailbox, listener: None });
        guard.contents_mut().rouse();
        Ok(())
    }
}

/// The mailbox of a memory.
#[derive(Debug)]
pub(super) struct Attached {
    mailbox: Attachment,
    /// The wait whose waker the mailbox was given last.
    listener: Option<u64>,
}

impl<M: Backing, const N: usize> SharedGuard<'_, M, N> {
    /// Applies what was posted to the memory's mailbox.
    pub(super) fn empty_mailbox(&mut self) {
        let Some(Attached { mailbox, .. }) = &self.contents().mailbox else { return };
        let messages = mailbox.messages();
        if !messages.is_empty() {
            messages.drain_into(self);
        }
    }
}

impl<M, const N: usize> Contents<M, N> {
    /// Has the next post wake the `waker` of a wait. A wait that was the last to say so and has no
    /// waker any more leaves that to the others, who are woken to say so.
    pub(super) fn listen(&mut self, wait: u64, waker: Option<&Waker>) {
        let Some(Attached { mailbox, listener }) = &mut self.mailbox else { return };
        if waker.is_none() && *listener != Some(wait) {
            return;
        }
        *listener = waker.map(|_| wait);
        if let Some(former) = mailbox.take_waker() {
            self.wakers.keep(ReleasedWaker::Drop(former));
        }
        match waker {
            // What is posted until this takes effect is applied when the memory is released.
            Some(waker) => mailbox.register(waker),
            None => self.rouse(),
        }
    }

    fn rouse(&mut self) {
        self.waiters.rouse_with(|spent| self.wakers.keep(spent));
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
