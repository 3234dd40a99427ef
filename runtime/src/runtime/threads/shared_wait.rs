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
    /// a time limit without a clock, [`Error::Deadlock`] when nobody else goes on meanwhile,
    /// [`Error::LimitExceeded`] when too many wait.
    pub fn atomic_wait32(
        &self,
        address: u64,
        expected: u32,
        timeout: Option<Duration>,
    ) -> Result<WaitResult, Error> {
        self.wait(address, expected, timeout.map(nanoseconds))
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
        self.wait(address, expected, timeout.map(nanoseconds))
    }

    /// Blocks until `address` is notified, for so many nanoseconds at most.
    pub(crate) fn wait<I: AtomicInt>(
        &self,
        address: u64,
        expected: I,
        timeout: Option<u64>,
    ) -> Result<WaitResult, Error> {
        let mut world = self.lock()?;
        let store = &mut (&mut world.inner).into();
        let begun = wait::begin(store, self.place, address, expected, timeout)?;
        let Some(ticket) = begun else { return Ok(WaitResult::Mismatch) };
        // Nobody else goes on while this blocks.
        let is_alone = self.engine().is_alone() && world.inner.data().mailboxes.is_empty();
        if timeout.is_none() && is_alone {
            world.inner.data_mut().give_up(Left::Wait(ticket));
            return Err(Error::Deadlock);
        }
        world.inner.data_mut().host_waits += 1;
        loop {
            drop(world);
            self.engine().config().platform.idle();
            world = self.lock()?;
            let world = world.inner.data_mut();
            match world.poll(&ticket, None) {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(result)) => {
                    world.host_waits -= 1;
                    return Ok(result);
                }
                Err(error) => {
                    world.host_waits -= 1;
                    return Err(error);
                }
            }
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
