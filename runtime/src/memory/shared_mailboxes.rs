//! Mailboxes of interrupt handlers, for a shared memory.

use super::shared::SharedMemory;
use crate::engine::config::NO_THREADS;
use crate::error::Error;
use crate::world::delivery::Delivery;
use vellum_memory::{Drained, Mailbox};

impl SharedMemory {
    /// Attaches a mailbox: what interrupt handlers post to it is applied in order, at the end of the
    /// slice of the guest that runs meanwhile; when no guest runs, by whoever uses the engine's world
    /// next. Guests that wait are woken for it, whether their calls block or are futures.
    ///
    /// Each time as many messages are applied as the mailbox holds, at most. It stays attached until
    /// the engine's world is dropped, and as long a wait is never [`Error::Deadlock`]: a handler may
    /// still notify. Messages that lie outside the memory are dropped and
    /// [counted](Mailbox::rejected).
    ///
    /// ```
    /// use vellum::{
    ///     Config, Engine, Mailbox, MemoryType, PAGE_SIZE, PagePool, SharedMemory,
    /// };
    ///
    /// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    /// static SAMPLES: Mailbox<64> = Mailbox::new();
    ///
    /// fn interrupt_handler(sample: u32) {
    ///     let _full = SAMPLES.post(4, &sample.to_le_bytes());
    ///     let _full = SAMPLES.notify(4, 1);
    /// }
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(Config::new().page_pool(&PAGES).threads(true))?;
    /// let memory = SharedMemory::new(&engine, MemoryType::shared(1, 1))?;
    /// memory.attach(&SAMPLES)?;
    /// interrupt_handler(42);
    /// assert_eq!(memory.atomic_load::<u32>(4)?, 42);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyAttached`] when the mailbox has a memory, and as for [`SharedMemory::with`].
    pub fn attach<const N: usize, const B: usize>(
        &self,
        mailbox: &'static Mailbox<N, B>,
    ) -> Result<(), Error> {
        let mut world = self.0.lock()?;
        let attachment = mailbox.attach(self.engine().config().platform);
        let attachment = attachment.map_err(|_| Error::AlreadyAttached)?;
        let waits = world.inner.data_mut().waits.as_mut();
        waits.ok_or(NO_THREADS)?.attach(self.0.place, attachment);
        self.engine().config().platform.signal();
        Ok(())
    }

    /// Applies what interrupt handlers have left in a mailbox that is not
    /// [attached](SharedMemory::attach), under one lock.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::with`]; the messages stay in the mailbox then.
    pub fn drain<const N: usize, const B: usize>(
        &self,
        mailbox: &Mailbox<N, B>,
    ) -> Result<Drained, Error> {
        let mut world = self.0.lock()?;
        let store = (&mut *world.inner).into();
        let drained = mailbox.drain_into(&mut Delivery { store, place: self.0.place });
        if drained.woken > 0 {
            self.engine().config().platform.signal();
        }
        Ok(drained)
    }
}
