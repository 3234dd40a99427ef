//! A linear memory on a lease.

use crate::access::MemoryAccess;
use crate::error::MemoryError;
use crate::lease::Lease;
use crate::pool::PagePool;
use crate::size::{PageSize, Pages};
use crate::ty::MemoryType;

/// A linear memory on a lease of a [`PagePool`].
///
/// It grows in place: its bytes never move.
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
        let refused = |needed| MemoryError::OutOfPages(pool.refusal(needed));
        let bytes = limit.bytes(page).ok_or_else(|| refused(u64::MAX))?;
        let len = bytes.on_this_machine().ok_or_else(|| refused(bytes.0))?;
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
