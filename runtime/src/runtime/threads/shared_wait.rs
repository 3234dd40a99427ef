//! Waiting for notifications of a shared memory, and giving them.

use super::errands::Left;
use super::shared_memory::SharedMemory;
use super::wait;
use crate::runtime::Error;
use core::{task::Poll, time::Duration};
use vellum_memory::{AtomicInt, WaitResult};

impl SharedMemory {
    /// Ends the first `count` waits for `address`, and tells how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::Trap`] when the address is no multiple of 4 or out of bounds.
    pub fn atomic_notify(&self, address: u64, count: u32) -> Result<u32, Error> {
        let mut world = self.lock()?;
        wait::notify(&mut (&mut world.inner).into(), self.place, address, count)
    }

    /// Blocks until `address` is notified, if the 32 bits there are `expected`, for `timeout` at
    /// most. Meanwhile it does what the engine's [platform](crate::Config::platform) says.
    ///
    /// # Errors
    ///
    /// [`Error::Trap`] when the address is no multiple of 4 or out of bounds, [`Error::Config`] for
    /// a time limit without a clock, [`Error::LimitExceeded`] when too many wait.
    /// [`Error::Deadlock`] without a time limit, when this blocks all there is
    /// ([`Platform::ONE_CORE`](crate::Platform::ONE_CORE)) and no mailbox is attached. Elsewhere it is
    /// never told: others, to whom this very handle is lent, may notify.
    pub fn atomic_wait32(
        &self,
        address: u64,
        expected: u32,
        timeout: Option<Duration>,
    ) -> Result<WaitResult, Error> {
        self.block(address, expected, timeout.map(nanoseconds), true)
    }

    /// As [`SharedMemory::atomic_wait32`] for 64 bits, at a multiple of 8.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::atomic_wait32`].
    pub fn atomic_wait64(
        &self,
        address: u64,
        expected: u64,
        timeout: Option<Duration>,
    ) -> Result<WaitResult, Error> {
        self.block(address, expected, timeout.map(nanoseconds), true)
    }

    /// Blocks a guest of another engine, which has no threads, until `address` is notified, for so
    /// many nanoseconds at most.
    pub(crate) fn wait_guest<I: AtomicInt>(
        &self,
        address: u64,
        expected: I,
        timeout: Option<u64>,
    ) -> Result<WaitResult, Error> {
        self.block(address, expected, timeout, false)
    }

    /// Blocks until `address` is notified, for so many nanoseconds at most. The handle of a host may be
    /// lent to others meanwhile, who can still notify; that of a guest is not.
    fn block<I: AtomicInt>(
        &self,
        address: u64,
        expected: I,
        timeout: Option<u64>,
        is_host: bool,
    ) -> Result<WaitResult, Error> {
        let mut held = self.lock()?;
        let store = &mut (&mut held.inner).into();
        let begun = wait::begin(store, self.place, address, expected, timeout)?;
        let Some(ticket) = begun else { return Ok(WaitResult::Mismatch) };
        let left = if is_host { Left::HostWait } else { Left::Wait };
        held.inner.data_mut().host_waits += usize::from(is_host);
        let is_alone = self.engine().is_alone();
        loop {
            let handles = self.shared.handles.watch();
            let world = held.inner.data_mut();
            if let Poll::Ready(result) = world.poll(&ticket, None)? {
                world.host_waits -= usize::from(is_host);
                return Ok(result);
            }
            if timeout.is_none() && world.is_deadlock(is_alone, handles) {
                world.give_up(left(ticket));
                return Err(Error::Deadlock);
            }
            drop(held);
            self.engine().config().platform.idle();
            held = match self.lock() {
                Ok(held) => held,
                Err(error) => {
                    self.shared.errands.leave(left(ticket));
                    return Err(error.into());
                }
            };
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
