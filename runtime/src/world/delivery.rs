//! What interrupt handlers have left for the memories of a world.

use super::{
    definitions::{LocalMemory, World},
    wait,
};
use vellum_memory::{AccessError, AtomicAccess, MemoryAccess, Recipient};

/// A shared memory while messages are delivered to it. Those whose waits are ended are not signalled.
pub(crate) struct Delivery<'a> {
    pub(crate) store: wasmi::StoreContextMut<'a, World>,
    pub(crate) place: LocalMemory,
}

impl Delivery<'_> {
    /// Of a world whose compartment is abandoned there is nothing left to write to.
    fn check(&self, offset: usize, len: usize) -> Result<(), AccessError> {
        let is_there = self.store.data().engine.place().check();
        is_there.map_err(|_| AccessError::OutOfBounds { offset, len, size: 0 })
    }
}

impl Recipient for Delivery<'_> {
    fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError> {
        self.check(offset, bytes.len())?;
        self.place.memory.data_mut(&mut self.store).write(offset, bytes)
    }

    fn deliver_notification(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        self.check(address, size_of::<u32>())?;
        self.place.memory.data(&self.store).atomic_load::<u32>(address)?;
        // The address was looked at just now.
        Ok(wait::end(&mut self.store, self.place, address as u64, count).unwrap_or(0))
    }
}
