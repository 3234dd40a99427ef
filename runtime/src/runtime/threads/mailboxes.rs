//! What interrupt handlers have left for the memories of a world.

use super::shared_memory::SharedMemory;
use super::wait::{self, Place};
use crate::runtime::Error;
use crate::runtime::world::World;
use core::{mem, task::Waker};
use vellum_memory::{AccessError, AtomicAccess, Drained, Mailbox, MemoryAccess, Recipient};
use wasmi::AsContextMut as _;

impl SharedMemory {
    /// Attaches a mailbox: what interrupt handlers post to it is applied in order, at the end of the
    /// slice of the guest that runs meanwhile; when no guest runs, by whoever uses the engine's world
    /// next. Guests that wait are woken for it, whether their calls block or are futures.
    ///
    /// Each time as many letters are applied as the mailbox holds, at most. It stays attached until
    /// the engine's world is dropped, and as long a wait is never [`Error::Deadlock`]: a handler may
    /// still notify. Letters that lie outside the memory are dropped and
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
        let mut world = self.lock()?;
        let attachment = mailbox.attach(self.engine().config().platform);
        let attachment = attachment.map_err(|_| Error::AlreadyAttached)?;
        let world = world.inner.data_mut();
        world.mailboxes.push((self.place, attachment));
        // Those who wait already register with it.
        world.rouse();
        Ok(())
    }

    /// Applies what interrupt handlers have left in a mailbox that is not
    /// [attached](SharedMemory::attach), under one lock.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::with`]; the letters stay in the mailbox then.
    pub fn drain<const N: usize, const B: usize>(
        &self,
        mailbox: &Mailbox<N, B>,
    ) -> Result<Drained, Error> {
        let mut world = self.lock()?;
        let store = (&mut world.inner).into();
        Ok(mailbox.drain_into(&mut Delivery { store, place: self.place }))
    }
}

impl World {
    /// Has the mailboxes wake `waker`, in place of whoever was registered before, and tells whether
    /// they will. A call that blocks is signalled instead, and takes nobody's place.
    pub(super) fn register(&self, waker: &Waker) -> bool {
        if self.mailboxes.is_empty() || waker.will_wake(Waker::noop()) {
            return false;
        }
        self.mailboxes.iter().for_each(|(_, mailbox)| mailbox.register(waker));
        true
    }
}

/// Applies what was posted to the mailboxes that are attached.
pub(super) fn empty(store: &mut wasmi::StoreContextMut<'_, World>) {
    if store.data().mailboxes.iter().all(|(_, mailbox)| mailbox.is_empty()) {
        return;
    }
    let mailboxes = mem::take(&mut store.data_mut().mailboxes);
    for (place, mailbox) in &mailboxes {
        let store = store.as_context_mut();
        mailbox.drain_into(&mut Delivery { store, place: *place });
    }
    store.data_mut().mailboxes = mailboxes;
}

/// A shared memory while letters are delivered to it.
struct Delivery<'a> {
    store: wasmi::StoreContextMut<'a, World>,
    place: Place,
}

impl Recipient for Delivery<'_> {
    fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError> {
        self.place.memory.data_mut(&mut self.store).write(offset, bytes)
    }

    fn deliver_notification(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        self.place.memory.data(&self.store).atomic_load::<u32>(address)?;
        // The address was looked at just now.
        Ok(wait::notify(&mut self.store, self.place, address as u64, count).unwrap_or(0))
    }
}
