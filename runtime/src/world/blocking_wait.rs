//! Waiting for a notification of a memory behind the lock of its world, which is free meanwhile.

use super::{
    abandoned::Abandoned,
    definitions::LockedMemory,
    interruption::{Interruption, check},
    wait,
};
use crate::error::Error;
use core::task::Poll;
use vellum_memory::{AtomicInt, WaitResult};

impl LockedMemory {
    /// Blocks until `address` is notified, for so many nanoseconds at most. The handle of a host may be
    /// lent to others meanwhile, who can still notify; that of a guest is not. A guest may be stopped.
    pub(crate) fn block<I: AtomicInt>(
        &self,
        address: u64,
        expected: I,
        timeout: Option<u64>,
        is_host: bool,
        interruption: Option<&Interruption>,
    ) -> Result<WaitResult, Error> {
        let mut held = self.lock()?;
        let store = &mut (&mut *held.inner).into();
        let begun = wait::begin(store, self.place, address, expected, timeout)?;
        let Some(ticket) = begun else { return Ok(WaitResult::Mismatch) };
        let left = if is_host { Abandoned::HostWait } else { Abandoned::Wait };
        held.inner.data_mut().host_waits += usize::from(is_host);
        let is_alone = self.shared.engine.is_alone();
        loop {
            let handles = self.shared.handles.watch();
            let world = held.inner.data_mut();
            if let Poll::Ready(result) = world.poll(&ticket, None)? {
                world.host_waits -= usize::from(is_host);
                return Ok(result);
            }
            if let Err(error) = check(interruption) {
                world.give_up(left(ticket));
                return Err(error);
            }
            if timeout.is_none() && world.is_deadlock(is_alone, handles) {
                world.give_up(left(ticket));
                return Err(Error::Deadlock);
            }
            drop(held);
            self.shared.engine.config().platform.idle();
            held = match self.lock() {
                Ok(held) => held,
                Err(error) => {
                    self.shared.give_up_later(left(ticket));
                    return Err(error);
                }
            };
        }
    }
}
