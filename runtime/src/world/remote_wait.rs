//! Waits of a guest with threads in a memory of another engine's world.

use super::{
    abandoned::Abandoned,
    definitions::{Expected, RemoteMemory, RemoteWait},
    wait,
    wait_time::WaitTime,
};
use crate::error::Error;
use core::task::{Poll, Waker};
use vellum_memory::{AtomicInt, WaitResult};

impl RemoteWait {
    pub(crate) fn new<T: AtomicInt + Into<u64>>(
        memory: RemoteMemory,
        address: u64,
        expected: T,
        time: WaitTime,
    ) -> Self {
        let expected = match size_of::<T>() {
            4 => Expected::Word(Into::<u64>::into(expected) as u32),
            _ => Expected::Double(expected.into()),
        };
        Self { memory, address, expected, time, ticket: None, has_mailbox: false }
    }

    /// How the wait ended, if it has.
    pub(crate) fn poll(&mut self, waker: &Waker) -> Result<Poll<WaitResult>, Error> {
        let Self { memory, address, expected, time, .. } = self;
        let mut world = memory.lock()?;
        let ticket = match self.ticket.take() {
            Some(ticket) => ticket,
            None => {
                let store = &mut (&mut *world.inner).into();
                let (place, limit) = (memory.place, time.limit());
                let begun = match *expected {
                    Expected::Word(value) => wait::begin(store, place, *address, value, limit),
                    Expected::Double(value) => wait::begin(store, place, *address, value, limit),
                }?;
                let Some(ticket) = begun else { return Ok(Poll::Ready(WaitResult::Mismatch)) };
                world.inner.data_mut().host_waits += 1;
                ticket
            }
        };
        let world = world.inner.data_mut();
        let polled = world.poll(&ticket, Some(waker));
        if let Ok(Poll::Pending) = polled {
            self.ticket = Some(ticket);
            self.has_mailbox = world.has_mailboxes();
            return Ok(Poll::Pending);
        }
        world.host_waits -= 1;
        match polled? {
            Poll::Ready(result) => time.ended(result).map(Poll::Ready),
            Poll::Pending => Ok(Poll::Pending),
        }
    }

    /// Whether the wait is without a time limit, for a notification that only a guest or the host
    /// can give.
    pub(crate) fn waits_forever(&self) -> bool {
        !self.time.is_limited() && !self.has_mailbox
    }

    pub(crate) fn has_time_limit(&self) -> bool {
        self.time.limit().is_some()
    }
}

impl Drop for RemoteWait {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket.take() else { return };
        let shared = &self.memory.shared;
        shared.give_up_later(Abandoned::HostWait(ticket));
        // The holder of the lock does the rest.
        drop(shared.lock_soon());
    }
}
