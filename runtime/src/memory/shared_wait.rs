//! Waiting for notifications of a shared memory, and giving them.

use super::shared::SharedMemory;
use crate::error::Error;
use crate::world::wait;
use core::time::Duration;
use vellum_memory::WaitResult;

impl SharedMemory {
    /// Ends the first `count` waits for `address`, and tells how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::Trap`] when the address is no multiple of 4 or out of bounds.
    pub fn atomic_notify(&self, address: u64, count: u32) -> Result<u32, Error> {
        let mut world = self.0.lock()?;
        wait::notify(&mut (&mut *world.inner).into(), self.0.place, address, count)
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
        self.0.block(address, expected, timeout.map(nanoseconds), true, None)
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
        self.0.block(address, expected, timeout.map(nanoseconds), true, None)
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
