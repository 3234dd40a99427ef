//! A linear memory on a lease.

use crate::access::MemoryAccess;
use crate::error::MemoryError;
use crate::lease::Lease;
use crate::pool::PagePool;
use crate::size::{Bytes, PageSize, Pages};
use crate::ty::MemoryType;

/// A linear memory on a lease of a [`PagePool`].
///
/// It grows in place: its bytes never move. The lease is taken once, as long as the memory may
/// ever grow, so that growth within it can't fail.
///
/// ```
/// use vellum_memory::{LinearMemory, MemoryAccess, MemoryType, PAGE_SIZE, PagePool};
///
/// static POOL: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
///
/// let mut memory = LinearMemory::new(&POOL, MemoryType::new(1, Some(2)))?;
/// memory.write_value(100, &0x1234_5678_u32)?;
/// assert_eq!(memory.grow(1), Ok(1));
/// assert_eq!(memory.read_value::<u32>(100), Ok(0x1234_5678));
/// assert!(memory.grow(1).is_err());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LinearMemory {
    lease: Lease,
    ty: MemoryType,
    page: PageSize,
    size: Pages,
    /// The most pages that the memory may ever have.
    limit: Pages,
    /// The size in bytes.
    len: usize,
}

impl LinearMemory {
    /// Makes a memory of type `ty`, all zero, that may grow to the type's maximum. A memory whose
    /// type has no maximum can't grow.
    ///
    /// # Errors
    ///
    /// If the type is not valid, or the pool has no room for the memory and its growth.
    pub fn new(pool: &'static PagePool, ty: MemoryType) -> Result<Self, MemoryError> {
        let page = ty.validated_page_size()?;
        let limit = Pages(ty.maximum().unwrap_or(ty.minimum()));
        Self::with_limit(pool, ty, page, limit)
    }

    /// Makes a memory of type `ty`, all zero, that may grow by `reserve` pages, but not past the
    /// type's maximum.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    ///
    /// ```
    /// use vellum_memory::{LinearMemory, MemoryType, PAGE_SIZE, PagePool};
    ///
    /// static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    ///
    /// let memory = LinearMemory::with_reserve(&POOL, MemoryType::new(1, None), 2)?;
    /// assert_eq!((memory.size(), memory.capacity()), (1, 3));
    /// assert_eq!(POOL.free(), PAGE_SIZE);
    /// # Ok::<(), vellum_memory::MemoryError>(())
    /// ```
    pub fn with_reserve(
        pool: &'static PagePool,
        ty: MemoryType,
        reserve: u64,
    ) -> Result<Self, MemoryError> {
        let page = ty.validated_page_size()?;
        let wanted = Pages(ty.minimum()).saturating_add(reserve);
        let limit = ty.maximum().map_or(wanted, |maximum| wanted.min(Pages(maximum)));
        Self::with_limit(pool, ty, page, limit)
    }

    fn with_limit(
        pool: &'static PagePool,
        ty: MemoryType,
        page: PageSize,
        limit: Pages,
    ) -> Result<Self, MemoryError> {
        let limit = limit.min(Pages::addressable(ty.is_64(), page));
        let bytes = limit.bytes(page).unwrap_or(Bytes(u64::MAX));
        let len = bytes.on_this_machine().ok_or_else(|| pool.refusal(bytes.0))?;
        let lease = pool.lease_unscrubbed(len)?;
        let mut memory = Self { lease, ty, page, size: Pages(0), limit, len: 0 };
        memory.grow(ty.minimum())?;
        Ok(memory)
    }

    /// The type that the memory was made with.
    pub const fn ty(&self) -> MemoryType {
        self.ty
    }

    /// The size in pages.
    pub const fn size(&self) -> u64 {
        self.size.0
    }

    /// The size of a page in bytes.
    pub const fn page_size(&self) -> u64 {
        self.page.bytes()
    }

    /// The size in bytes.
    pub const fn data_size(&self) -> usize {
        self.len
    }

    /// The most pages that the memory may ever have.
    pub const fn capacity(&self) -> u64 {
        self.limit.0
    }

    /// Adds `delta` pages, all zero, and gives the size before in pages. No byte moves.
    ///
    /// # Errors
    ///
    /// If the type's maximum or the lease does not allow as many. Nothing is changed then.
    ///
    /// ```
    /// use vellum_memory::{LinearMemory, MemoryError, MemoryType, PAGE_SIZE, PagePool};
    ///
    /// static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    ///
    /// let mut memory = LinearMemory::new(&POOL, MemoryType::new(0, Some(2)))?;
    /// assert_eq!(memory.grow(2), Ok(0));
    /// let error = MemoryError::PastMaximum { size: 2, delta: 1, maximum: 2 };
    /// assert_eq!(memory.grow(1), Err(error));
    /// # Ok::<(), MemoryError>(())
    /// ```
    pub fn grow(&mut self, delta: u64) -> Result<u64, MemoryError> {
        let Pages(size) = self.size;
        let grown = self.size.saturating_add(delta);
        if let Some(maximum) = self.ty.maximum().filter(|&maximum| grown.0 > maximum) {
            return Err(MemoryError::PastMaximum { size, delta, maximum });
        }
        let past_lease = MemoryError::PastLease { size, delta, capacity: self.limit.0 };
        if grown > self.limit {
            return Err(past_lease);
        }
        let end = grown.bytes(self.page).and_then(|bytes| bytes.on_this_machine());
        let added = end.and_then(|end| self.lease.bytes_mut().get_mut(self.len..end));
        let added = added.ok_or(past_lease)?;
        added.fill(0);
        self.len += added.len();
        self.size = grown;
        Ok(size)
    }
}

impl MemoryAccess for LinearMemory {
    fn data(&self) -> &[u8] {
        self.lease.bytes().get(..self.len).unwrap_or_default()
    }

    fn data_mut(&mut self) -> &mut [u8] {
        self.lease.bytes_mut().get_mut(..self.len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OutOfPages, PAGE_SIZE, TypeError};

    /// A type that counts bytes.
    fn bytes(minimum: u64, maximum: Option<u64>) -> MemoryType {
        MemoryType::builder().min(minimum).max(maximum).page_size_log2(0).build().unwrap()
    }

    #[test]
    fn a_memory_reports_its_size_in_pages_and_bytes() {
        static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
        let ty = MemoryType::new(1, Some(2));
        let mut memory = LinearMemory::new(&POOL, ty).unwrap();
        assert_eq!((memory.ty(), memory.page_size()), (ty, 65_536));
        assert_eq!((memory.size(), memory.data_size()), (1, PAGE_SIZE));
        assert_eq!(memory.grow(1), Ok(1));
        assert_eq!((memory.size(), memory.data_size()), (2, 2 * PAGE_SIZE));
        assert_eq!(memory.data_size(), memory.data_len());
    }

    #[test]
    fn growth_does_not_move_and_shows_zeros() {
        static POOL: PagePool<[[u8; 64]; 4]> = PagePool::new();
        POOL.lease(256).unwrap().bytes_mut().fill(0xaa);

        let mut memory = LinearMemory::new(&POOL, bytes(10, Some(200))).unwrap();
        assert_eq!(memory.data(), [0; 10]);
        memory.data_mut().fill(1);
        let address = memory.data().as_ptr();
        assert_eq!(memory.grow(190), Ok(10));
        assert_eq!(memory.slice(0..10), Ok(&[1; 10][..]));
        assert_eq!(memory.slice(10..200), Ok(&[0; 190][..]));
        assert_eq!(memory.data().as_ptr(), address);
    }

    #[test]
    fn growth_stops_at_the_maximum_and_changes_nothing_then() {
        static POOL: PagePool<[[u8; 64]; 4]> = PagePool::new();
        let mut memory = LinearMemory::new(&POOL, bytes(10, Some(20))).unwrap();
        for delta in [11, u64::MAX - 10, u64::MAX] {
            let error = MemoryError::PastMaximum { size: 10, delta, maximum: 20 };
            assert_eq!(memory.grow(delta), Err(error));
        }
        assert_eq!((memory.size(), memory.data_len()), (10, 10));
        assert_eq!(memory.grow(10), Ok(10));
        assert_eq!(memory.grow(0), Ok(20));
    }

    #[test]
    fn growth_stops_at_the_lease() {
        static POOL: PagePool<[[u8; 64]; 4]> = PagePool::new();
        let mut fixed = LinearMemory::new(&POOL, bytes(10, None)).unwrap();
        let error = |delta, capacity| Err(MemoryError::PastLease { size: 10, delta, capacity });
        assert_eq!((fixed.grow(1), fixed.capacity()), (error(1, 10), 10));

        let mut memory = LinearMemory::with_reserve(&POOL, bytes(10, None), 5).unwrap();
        assert_eq!((memory.grow(6), memory.capacity()), (error(6, 15), 15));
        assert_eq!(memory.grow(u64::MAX), error(u64::MAX, 15));
        assert_eq!(memory.grow(5), Ok(10));
    }

    #[test]
    fn the_reserve_ends_at_the_maximum_and_at_the_last_address() {
        static POOL: PagePool<[[u8; 64]; 4]> = PagePool::new();
        let capped = LinearMemory::with_reserve(&POOL, bytes(10, Some(12)), 100).unwrap();
        assert_eq!(capped.capacity(), 12);
        drop(capped);

        let part = LinearMemory::with_reserve(&POOL, bytes(10, Some(1 << 30)), 100).unwrap();
        assert_eq!((part.capacity(), POOL.leased()), (110, 128));
        drop(part);

        let needed = u64::from(u32::MAX);
        let out_of_pages = OutOfPages { needed, free: 256, largest: 256 };
        let refused = LinearMemory::with_reserve(&POOL, bytes(10, None), u64::MAX).unwrap_err();
        assert_eq!(refused, MemoryError::OutOfPages(out_of_pages));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_size() {
        static POOL: PagePool<[[u8; 64]; 4]> = PagePool::new();
        for (ty, needed) in [
            (MemoryType::new(1, None), 65_536),
            (MemoryType::new(0, Some(65_536)), 1 << 32),
            (MemoryType::new64(1 << 48, None), u64::MAX),
            (bytes(257, None), 257),
        ] {
            let out_of_pages = OutOfPages { needed, free: 256, largest: 256 };
            let refused = LinearMemory::new(&POOL, ty).unwrap_err();
            assert_eq!(refused, MemoryError::OutOfPages(out_of_pages));
        }
        assert_eq!(POOL.leased(), 0);
    }

    #[test]
    fn an_invalid_type_takes_no_pages() {
        static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
        let ty = MemoryType::new(2, Some(1));
        let error = TypeError::MinimumExceedsMaximum { minimum: 2, maximum: 1 };
        assert_eq!(LinearMemory::new(&POOL, ty).unwrap_err(), MemoryError::Type(error));
        assert_eq!(LinearMemory::with_reserve(&POOL, ty, 0).unwrap_err(), MemoryError::Type(error));
        assert_eq!(POOL.high_water(), 0);
    }

    #[test]
    fn an_empty_memory_takes_no_pages() {
        static POOL: PagePool<[u8; 0]> = PagePool::new();
        let mut memory = LinearMemory::new(&POOL, MemoryType::new(0, None)).unwrap();
        assert_eq!((memory.size(), memory.data_len(), memory.grow(0)), (0, 0, Ok(0)));
        assert!(memory.grow(1).is_err());
    }
}
