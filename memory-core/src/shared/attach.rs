//! The mailbox of a shared memory.

use super::{Backing, SharedError, SharedGuard, SharedMemory};
use crate::mailbox::Mailbox;

impl<M: Backing, const N: usize> SharedMemory<M, N> {
    /// Attaches a mailbox: whoever takes the memory's lock, and whoever releases it, applies what was
    /// posted. So every operation on the memory sees all letters that were posted before it began,
    /// and those who wait for what is notified there go on.
    ///
    /// Each time it applies as many letters as the mailbox holds, at most. The memory keeps its
    /// mailbox until it is dropped; the mailbox can be attached to another one then. Letters that
    /// lie outside the memory are dropped and [counted](Mailbox::rejected). Posts signal the platform
    /// that the memory has by now.
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
        if guard.contents.mailbox.is_some() {
            return Err(SharedError::AlreadyAttached);
        }
        guard.contents.mailbox = Some(mailbox.attach(self.platform())?);
        Ok(())
    }
}

impl<M: Backing, const N: usize> SharedGuard<'_, M, N> {
    /// Applies what was posted to the memory's mailbox.
    pub(super) fn empty_mailbox(&mut self) {
        let Some(mailbox) = self.contents.mailbox.take_if(|mailbox| !mailbox.is_empty()) else {
            return;
        };
        mailbox.drain_into(self);
        self.contents.mailbox = Some(mailbox);
    }
}
