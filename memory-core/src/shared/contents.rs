//! What the monitor of a shared memory guards.

use super::Backing;
use crate::access::bytes;
use crate::atomic::aligned;
use crate::error::AccessError;
use crate::mailbox::{Attachment, Recipient};
use crate::monitor::{Monitored, WaitSet};

/// A memory, the waits for its addresses, and the mailbox that it may have.
#[derive(Debug)]
pub(super) struct Contents<M, const N: usize> {
    pub(super) memory: M,
    pub(super) waits: WaitSet<usize, Mailboxes, N>,
}

pub(super) type Mailboxes = heapless::Vec<((), Attachment), 1>;

impl<M: Backing, const N: usize> Contents<M, N> {
    pub(super) const fn new(memory: M) -> Self {
        Self { memory, waits: WaitSet::new(heapless::Vec::new()) }
    }

    /// Ends the first `count` waits for `address`, and tells how many there were.
    pub(super) fn notify(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        aligned::<u32>(address)?;
        bytes(self.memory.data(), address, size_of::<u32>())?;
        Ok(self.waits.notify(&address, count))
    }
}

impl<M: Backing, const N: usize> Monitored<N> for Contents<M, N> {
    type Key = usize;
    type Place = ();
    type Mailboxes = Mailboxes;
    type Deferred = ();

    fn wait_set(&self) -> Option<&WaitSet<usize, Mailboxes, N>> {
        Some(&self.waits)
    }

    fn wait_set_mut(&mut self) -> Option<&mut WaitSet<usize, Mailboxes, N>> {
        Some(&mut self.waits)
    }

    fn recipient(&mut self, (): ()) -> impl Recipient {
        self
    }

    fn run_deferred(&mut self, (): ()) {}
}

impl<M: Backing, const N: usize> Recipient for &mut Contents<M, N> {
    fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError> {
        self.memory.write(offset, bytes)
    }

    fn deliver_notification(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        self.notify(address, count)
    }
}
