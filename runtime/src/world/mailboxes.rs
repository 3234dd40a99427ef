//! What interrupt handlers have left for the memories of a world.

use super::{World, local_memory::LocalMemory, wait};
use core::{mem, task::Waker};
use vellum_memory::{AccessError, AtomicAccess, MemoryAccess, Recipient};
use wasmi::AsContextMut as _;

impl World {
    /// Has the mailboxes wake `waker`, in place of whoever was registered before, and tells whether
    /// they will. A call that blocks is signalled instead, and takes nobody's place.
    pub(crate) fn register(&self, waker: &Waker) -> bool {
        if self.mailboxes.is_empty() || waker.will_wake(Waker::noop()) {
            return false;
        }
        self.mailboxes.iter().for_each(|(_, mailbox)| mailbox.register(waker));
        true
    }
}

/// Applies what was posted to the mailboxes that are attached.
pub(crate) fn empty(store: &mut wasmi::StoreContextMut<'_, World>) {
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

/// A shared memory while messages are delivered to it.
pub(crate) struct Delivery<'a> {
    pub(crate) store: wasmi::StoreContextMut<'a, World>,
    pub(crate) place: LocalMemory,
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
