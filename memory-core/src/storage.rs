//! What a pool is made of: bytes in a `static`, counted in granules.

use crate::size::{Granule, PAGE_SIZE};

/// Bytes that a [`PagePool`](crate::PagePool) leases, of any capacity and granule.
///
/// ```
/// use vellum_memory::{Granules, PAGE_SIZE, PagePool};
///
/// /// Whether half of the bytes of any pool are free.
/// fn is_half_free(pool: &PagePool<impl Granules + ?Sized>) -> bool {
///     pool.free() >= pool.leased()
/// }
///
/// static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
/// static SMALL: PagePool<[[u8; 1024]; 8]> = PagePool::new();
/// assert!(is_half_free(&PAGES) && is_half_free(&SMALL));
/// ```
pub trait Granules: sealed::Granules {}

/// Bytes of known size that make a [`PagePool`](crate::PagePool).
///
/// `[u8; N]` is divided into pages of 64 KiB, `[[u8; G]; N]` into `N` granules of `G` bytes. The
/// granule is part of the type, not of the pool's bytes, which are all zero at first.
///
/// ```
/// use vellum_memory::PagePool;
///
/// static SMALL: PagePool<[[u8; 1024]; 8]> = PagePool::new();
///
/// let lease = SMALL.lease(1500)?;
/// assert_eq!(lease.len(), 2048);
/// assert_eq!(SMALL.free(), 6 * 1024);
/// # Ok::<(), vellum_memory::OutOfPages>(())
/// ```
pub trait Storage: Granules + sealed::Storage {}

pub(crate) mod sealed {
    use crate::size::Granule;

    pub trait Granules {
        fn granule(&self) -> Granule;
    }

    pub trait Storage: Granules {
        const ZEROED: Self;
    }
}

impl<const N: usize> Granules for [u8; N] {}
impl<const N: usize> Storage for [u8; N] {}

impl<const N: usize> sealed::Granules for [u8; N] {
    fn granule(&self) -> Granule {
        const { granule(PAGE_SIZE) }
    }
}

impl<const N: usize> sealed::Storage for [u8; N] {
    const ZEROED: Self = {
        assert!(
            N.is_multiple_of(PAGE_SIZE),
            "[u8; N] must be a whole number of 64 KiB pages; [[u8; G]; N] makes N granules of G bytes"
        );
        assert_countable(N / PAGE_SIZE);
        [0; N]
    };
}

impl<const G: usize, const N: usize> Granules for [[u8; G]; N] {}
impl<const G: usize, const N: usize> Storage for [[u8; G]; N] {}

impl<const G: usize, const N: usize> sealed::Granules for [[u8; G]; N] {
    fn granule(&self) -> Granule {
        const { granule(G) }
    }
}

impl<const G: usize, const N: usize> sealed::Storage for [[u8; G]; N] {
    const ZEROED: Self = {
        granule(G);
        assert_countable(N);
        [[0; G]; N]
    };
}

const fn granule(bytes: usize) -> Granule {
    match Granule::new(bytes) {
        Some(granule) => granule,
        None => panic!("a granule must be a power of two from 16 bytes to 64 KiB"),
    }
}

const fn assert_countable(granules: usize) {
    assert!(granules <= u16::MAX as usize, "a pool has at most 65535 granules");
}
