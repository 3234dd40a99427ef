//! The figures of a pool.

use core::fmt;

use super::PagePool;
use crate::storage::Granules;
use crate::thousands::Thousands;

/// How a [`PagePool`] stood at one moment. All sizes are in bytes.
///
/// ```
/// use vellum_memory::PagePool;
///
/// static POOL: PagePool<[[u8; 1024]; 8]> = PagePool::new();
///
/// let _lease = POOL.lease(3000)?;
/// assert_eq!(
///     POOL.stats().to_string(),
///     "3,072 of 8,192 bytes leased (1 leases, at most 3,072 bytes), 5,120 free in runs of at most 5,120"
/// );
/// # Ok::<(), vellum_memory::OutOfPages>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStats {
    /// The size of the pool.
    pub capacity: usize,
    /// What is free, in runs of any length.
    pub free: usize,
    /// The longest free run.
    pub largest_free: usize,
    /// What is leased.
    pub leased: usize,
    /// The most that was ever leased at once.
    pub high_water: usize,
    /// The unit of allocation.
    pub granule: usize,
    /// How many leases are held, empty ones not counted.
    pub leases: usize,
}

texts!(PoolStats {
    Self { capacity, free, largest_free, leased, high_water, leases, .. } =>
        "{} of {} bytes leased ({} leases, at most {} bytes), {} free in runs of at most {}",
        Thousands::of(leased), Thousands::of(capacity), leases, Thousands::of(high_water),
        Thousands::of(free), Thousands::of(largest_free);
});

impl<S: ?Sized + Granules> PagePool<S> {
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

    /// The most bytes that were ever leased at once.
    pub fn high_water(&self) -> usize {
        self.stats().high_water
    }

    /// The unit of allocation in bytes.
    pub fn granule(&self) -> usize {
        self.stats().granule
    }

    /// All figures, of the same moment.
    ///
    /// ```
    /// use vellum_memory::PagePool;
    ///
    /// static POOL: PagePool<[[u8; 1024]; 8]> = PagePool::new();
    ///
    /// drop(POOL.lease(3000)?);
    /// let _lease = POOL.lease(1)?;
    ///
    /// let stats = POOL.stats();
    /// assert_eq!((stats.leased, stats.high_water, stats.free), (1024, 3072, 7168));
    /// # Ok::<(), vellum_memory::OutOfPages>(())
    /// ```
    pub fn stats(&self) -> PoolStats {
        let locked = self.arena.lock();
        PoolStats {
            capacity: locked.length,
            free: locked.free(),
            largest_free: locked.largest_free(),
            leased: locked.granule.bytes(locked.table.leased()),
            high_water: locked.granule.bytes(locked.table.high_water()),
            granule: locked.granule.bytes(1),
            leases: locked.table.leases(),
        }
    }
}

impl<S: ?Sized + Granules> fmt::Debug for PagePool<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PagePool").field(&self.stats()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    #[test]
    fn debug_shows_the_figures() {
        static POOL: PagePool<[[u8; 16]; 2]> = PagePool::new();
        let _lease = POOL.lease(16).unwrap();
        assert_eq!(
            format!("{POOL:?}"),
            "PagePool(PoolStats { capacity: 32, free: 16, largest_free: 16, leased: 16, \
             high_water: 16, granule: 16, leases: 1 })"
        );
    }
}
