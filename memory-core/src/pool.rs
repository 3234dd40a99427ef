//! The pool: a `static` whose bytes are leased in contiguous runs.

use crate::arena::Arena;
use crate::error::OutOfPages;
use crate::lease::Lease;
use crate::storage::{Granules, Storage};

/// A pool of bytes in a `static`, leased in contiguous runs of granules.
pub struct PagePool<S: ?Sized = dyn Granules> {
    arena: Arena<S>,
}

/// How a [`PagePool`] stood at one moment. All sizes are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PoolStats {
    /// The size of the pool.
    pub capacity: usize,
    /// What is free, in runs of any length.
    pub free: usize,
    /// The longest free run.
    pub largest_free: usize,
    /// What is leased.
    pub leased: usize,
    /// The most that was ever leased at one time.
    pub high_water: usize,
    /// The unit of allocation.
    pub granule: usize,
    /// How many leases are held, empty ones not counted.
    pub leases: usize,
}

impl<S: Storage> PagePool<S> {
    /// A pool with nothing leased. Its initial bytes are all zero, so that a `static` pool lies in
    /// `.bss` and takes no flash.
    #[expect(clippy::new_without_default, reason = "a pool is a static, made by a const function")]
    pub const fn new() -> Self {
        Self { arena: Arena::new() }
    }
}

impl<S: ?Sized + Granules> PagePool<S> {
    /// Leases at least `bytes` bytes, all zero.
    ///
    /// # Errors
    ///
    /// If no free run is long enough, or too many leases are held.
    pub fn lease(&'static self, bytes: usize) -> Result<Lease, OutOfPages> {
        let mut lease = self.lease_unscrubbed(bytes)?;
        lease.bytes_mut().fill(0);
        Ok(lease)
    }

    /// Leases at least `bytes` bytes that may still hold what a former owner left there.
    ///
    /// For a taker that zeroes what it exposes, so that no byte is zeroed twice.
    ///
    /// # Errors
    ///
    /// As [`lease`](Self::lease).
    pub fn lease_unscrubbed(&'static self, bytes: usize) -> Result<Lease, OutOfPages> {
        self.arena.lease(bytes)
    }

    /// The size of the pool.
    pub fn capacity(&self) -> usize {
        self.arena.len()
    }

    /// How many bytes are free, in runs of any length.
    pub fn free(&self) -> usize {
        self.stats().free
    }

    /// The bytes of the longest free run: the most that one lease can have.
    pub fn largest_free(&self) -> usize {
        self.stats().largest_free
    }

    /// How many bytes are leased.
    pub fn leased(&self) -> usize {
        self.stats().leased
    }

    /// The most bytes that were ever leased at one time.
    pub fn high_water(&self) -> usize {
        self.stats().high_water
    }

    /// The unit of allocation in bytes.
    pub fn granule(&self) -> usize {
        self.stats().granule
    }

    /// All figures, of one and the same moment.
    pub fn stats(&self) -> PoolStats {
        let locked = self.arena.lock();
        PoolStats {
            capacity: self.capacity(),
            free: locked.free(),
            largest_free: locked.largest_free(),
            leased: locked.granule.bytes(locked.table.leased()),
            high_water: locked.granule.bytes(locked.table.high_water()),
            granule: locked.granule.bytes(1),
            leases: locked.table.leases(),
        }
    }

    /// The refusal of a lease of `needed` bytes.
    pub(crate) fn refusal(&self, needed: u64) -> OutOfPages {
        self.arena.lock().refusal(needed)
    }
}
