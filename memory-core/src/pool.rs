//! The pool: a `static` whose bytes are leased in contiguous runs.

mod stats;

pub use stats::PoolStats;

use crate::arena::Arena;
use crate::error::OutOfPages;
use crate::lease::Lease;
use crate::storage::{Granules, Storage};

/// Bytes in a `static`, leased in contiguous runs.
///
/// `PagePool<[u8; N]>` leases whole pages of 64 KiB. `PagePool<[[u8; G]; N]>` has `N` granules of
/// `G` bytes, a power of two from 16 to 64 KiB, for a chip where a page is a lot. A reference to
/// either is a `&'static PagePool` wherever one is asked for.
///
/// ```
/// use vellum_memory::{PAGE_SIZE, PagePool};
///
/// static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
/// static SMALL: PagePool<[[u8; 1024]; 96]> = PagePool::new();
///
/// let pools: [&'static PagePool; 2] = [&PAGES, &SMALL];
/// assert_eq!(pools.map(|pool| pool.capacity()), [262_144, 98_304]);
/// assert_eq!(SMALL.lease(5000)?.len(), 5120);
/// # Ok::<(), vellum_memory::OutOfPages>(())
/// ```
///
/// # Where the bytes are
///
/// All initial bytes are zero, so that the pool lies in `.bss`. To put it elsewhere, for instance
/// in external RAM, give the static a `#[unsafe(link_section = "…")]`; that section, too, must be
/// zero before the pool is used.
///
/// # Who may call
///
/// Any thread and any core. Each call holds a spin lock for a short time, as does dropping a
/// [`Lease`]. Code that may interrupt another's call on the same core, and so would spin for ever,
/// must not call: interrupt handlers leave pools alone.
pub struct PagePool<S: ?Sized = dyn Granules> {
    arena: Arena<S>,
}

impl<S: Storage> PagePool<S> {
    /// A pool with nothing leased.
    ///
    /// A capacity or a granule that a pool can't have does not compile:
    ///
    /// ```compile_fail,E0080
    /// # use vellum_memory::PagePool;
    /// static PART_OF_A_PAGE: PagePool<[u8; 100_000]> = PagePool::new();
    /// ```
    /// ```compile_fail,E0080
    /// # use vellum_memory::PagePool;
    /// static NO_POWER_OF_TWO: PagePool<[[u8; 1000]; 100]> = PagePool::new();
    /// ```
    /// ```compile_fail,E0080
    /// # use vellum_memory::PagePool;
    /// static TOO_MANY_GRANULES: PagePool<[[u8; 16]; 65_536]> = PagePool::new();
    /// ```
    #[expect(clippy::new_without_default, reason = "a pool is a static, made by a const function")]
    pub const fn new() -> Self {
        Self { arena: Arena::new() }
    }
}

impl<S: ?Sized + Granules> PagePool<S> {
    /// Leases the first free run of at least `bytes` bytes, all zero.
    ///
    /// # Errors
    ///
    /// If no free run is long enough, or [`MAX_LEASES`](crate::MAX_LEASES) leases are held.
    ///
    /// ```
    /// use vellum_memory::{PAGE_SIZE, PagePool};
    ///
    /// static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    ///
    /// let first = POOL.lease(PAGE_SIZE)?;
    /// assert_eq!(first.bytes(), [0; PAGE_SIZE]);
    ///
    /// let error = POOL.lease(2 * PAGE_SIZE).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "out of pages: needs 2 pages (131072 bytes), 1 page (65536 bytes) free",
    /// );
    /// # Ok::<(), vellum_memory::OutOfPages>(())
    /// ```
    pub fn lease(&'static self, bytes: usize) -> Result<Lease, OutOfPages> {
        let mut lease = self.lease_unscrubbed(bytes)?;
        lease.bytes_mut().fill(0);
        Ok(lease)
    }

    /// Leases the first free run of at least `bytes` bytes, with what a former owner left there.
    ///
    /// For a taker that zeroes what it exposes, so that no byte is zeroed twice.
    ///
    /// # Errors
    ///
    /// As [`lease`](Self::lease).
    ///
    /// ```
    /// use vellum_memory::{PAGE_SIZE, PagePool};
    ///
    /// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    ///
    /// POOL.lease(1)?.bytes_mut()[0] = 42;
    /// assert_eq!(POOL.lease_unscrubbed(1)?.bytes()[0], 42);
    /// # Ok::<(), vellum_memory::OutOfPages>(())
    /// ```
    pub fn lease_unscrubbed(&'static self, bytes: usize) -> Result<Lease, OutOfPages> {
        self.arena.lease(bytes)
    }

    /// The size of the pool.
    pub fn capacity(&self) -> usize {
        self.arena.lock().length
    }

    /// Puts these bytes in the place of the pool's own, for memories that share a region with something
    /// else, such as a heap, or lie in a RAM that is found at run time. A pool that lives on such bytes alone
    /// has none of its own.
    ///
    /// # Errors
    ///
    /// The bytes themselves, if any of the pool's are leased, or others are lent already.
    ///
    /// ```
    /// use vellum_memory::PagePool;
    ///
    /// static POOL: PagePool<[[u8; 1024]; 0]> = PagePool::new();
    ///
    /// POOL.lend(vec![0; 8192].leak()).expect("nothing is leased");
    /// let lease = POOL.lease(4096)?;
    /// assert!(POOL.lend(&mut []).is_err() && POOL.reclaim().is_none());
    ///
    /// drop(lease);
    /// assert_eq!(POOL.reclaim().map(|bytes| bytes.len()), Some(8192));
    /// assert_eq!(POOL.capacity(), 0);
    /// # Ok::<(), vellum_memory::OutOfPages>(())
    /// ```
    pub fn lend(&'static self, bytes: &'static mut [u8]) -> Result<(), &'static mut [u8]> {
        self.arena.lend(bytes)
    }

    /// Gives back the bytes that were [lent](Self::lend), with what was left there; the pool has its own
    /// again. `None` if there are none, or if any of them is leased.
    pub fn reclaim(&'static self) -> Option<&'static mut [u8]> {
        self.arena.reclaim()
    }

    /// The error for a lease of `needed` bytes that can't be granted, even of more bytes than a
    /// `usize` can count.
    ///
    /// ```
    /// use vellum_memory::{PAGE_SIZE, PagePool};
    ///
    /// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    ///
    /// assert_eq!(
    ///     POOL.refusal(1 << 32).to_string(),
    ///     "out of pages: needs 65536 pages (4294967296 bytes), 1 page (65536 bytes) free",
    /// );
    /// ```
    pub fn refusal(&self, needed: u64) -> OutOfPages {
        self.arena.lock().refusal(needed)
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::{MAX_LEASES, PAGE_SIZE};

    #[test]
    fn a_pool_of_bytes_leases_pages_and_one_of_granules_leases_those() {
        static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
        static SMALL: PagePool<[[u8; 64]; 3]> = PagePool::new();
        static EMPTY: PagePool<[u8; 0]> = PagePool::new();

        assert_eq!((PAGES.granule(), PAGES.capacity()), (PAGE_SIZE, 2 * PAGE_SIZE));
        assert_eq!((SMALL.granule(), SMALL.capacity()), (64, 192));
        assert_eq!(EMPTY.lease(1).unwrap_err(), OutOfPages { needed: 1, free: 0, largest: 0 });
        assert!(EMPTY.lease(0).unwrap().is_empty());
    }

    #[test]
    fn leases_start_at_a_multiple_of_16() {
        static POOL: PagePool<[[u8; 16]; 4]> = PagePool::new();
        let leases: Vec<_> = (0..4).map(|_| POOL.lease(1).unwrap()).collect();
        assert!(leases.iter().all(|lease| lease.as_ptr().addr().get().is_multiple_of(16)));
        assert_eq!(align_of_val(&POOL), 16);
    }

    #[test]
    fn lent_bytes_take_the_place_of_the_pools_own() {
        static POOL: PagePool<[[u8; 16]; 2]> = PagePool::new();
        /// Where a check for leaks finds what was lent.
        static LENT: std::sync::Mutex<Option<&mut [u8]>> = std::sync::Mutex::new(None);
        let own = POOL.lease(32).unwrap();
        assert!(POOL.lend(&mut []).is_err());
        drop(own);

        // Not a multiple of 16 at the front, a part of a granule at the end.
        let all = std::vec![7; 85].leak();
        let odd = all.as_ptr().align_offset(16) + 1;
        let (_, bytes) = all.split_at_mut(odd % 16);
        let length = bytes.len();
        POOL.lend(bytes).unwrap();
        assert!(POOL.lend(&mut []).is_err());
        let stats = POOL.stats();
        assert!(stats.capacity < length && stats.free.is_multiple_of(16), "{stats:?}");
        let leases: Vec<_> = (0..stats.free / 16).map(|_| POOL.lease(16).unwrap()).collect();
        assert!(leases.iter().all(|lease| lease.as_ptr().addr().get().is_multiple_of(16)));
        assert!(POOL.lease(16).is_err() && POOL.reclaim().is_none());
        drop(leases);
        let reclaimed = POOL.reclaim();
        assert_eq!(reclaimed.as_ref().map(|bytes| bytes.len()), Some(length));
        *LENT.lock().unwrap() = reclaimed;
        assert_eq!((POOL.capacity(), POOL.reclaim()), (32, None));

        POOL.lend(&mut []).unwrap();
        assert_eq!(POOL.lease(1).unwrap_err(), OutOfPages { needed: 1, free: 0, largest: 0 });
        assert!(POOL.reclaim().is_some());
        assert_eq!(POOL.lease(32).unwrap().len(), 32);
    }

    #[test]
    fn the_unsized_pool_is_the_same_pool() {
        static POOL: PagePool<[[u8; 32]; 4]> = PagePool::new();
        let pool: &'static PagePool = &POOL;
        let lease = pool.lease(33).unwrap();
        assert_eq!((POOL.leased(), pool.granule(), pool.capacity()), (64, 32, 128));
        assert_eq!(POOL.stats(), pool.stats());
        drop(lease);
        assert_eq!((pool.free(), pool.largest_free(), pool.high_water()), (128, 128, 64));
    }

    #[test]
    fn fragments_are_told_from_lack_of_bytes() {
        static POOL: PagePool<[[u8; 16]; 3]> = PagePool::new();
        let first = POOL.lease(16).unwrap();
        let second = POOL.lease(16).unwrap();
        let third = POOL.lease(16).unwrap();
        drop((first, third));
        assert_eq!(POOL.lease(17).unwrap_err(), OutOfPages { needed: 17, free: 32, largest: 16 });
        drop(second);
        assert_eq!(POOL.lease(49).unwrap_err(), OutOfPages { needed: 49, free: 48, largest: 48 });
        let all = u64::try_from(usize::MAX).unwrap();
        assert_eq!(POOL.lease(usize::MAX).unwrap_err().needed, all);
    }

    #[test]
    fn one_lease_too_many_is_refused_though_there_are_bytes() {
        static POOL: PagePool<[[u8; 16]; MAX_LEASES + 5]> = PagePool::new();
        let mut leases: Vec<_> = (0..MAX_LEASES).map(|_| POOL.lease(16).unwrap()).collect();
        let refusal = POOL.lease(16).unwrap_err();
        assert_eq!(refusal, OutOfPages { needed: 16, free: 80, largest: 80 });
        assert!(refusal.is_table_full());
        assert!(!POOL.lease(96).unwrap_err().is_table_full());
        assert!(POOL.lease(0).unwrap().is_empty());
        leases.pop();
        assert_eq!(POOL.lease(96).unwrap().len(), 96);
    }
}
