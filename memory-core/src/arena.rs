//! The bytes of a pool, together with the table that says whose they are.

#![expect(unsafe_code, reason = "one static's bytes are handed to many owners")]

use core::cell::UnsafeCell;
use core::ptr::NonNull;

use spin::{Mutex, MutexGuard};

use crate::error::OutOfPages;
use crate::lease::Lease;
use crate::lent::Lent;
use crate::size::Granule;
use crate::storage::{Granules, Storage};
use crate::table::Table;

/// Bytes and who leases them: those of the static, or others that were lent to it.
pub(crate) struct Arena<S: ?Sized> {
    table: Mutex<Table>,
    bytes: Aligned<S>,
}

/// Bytes that start at a multiple of 16.
#[repr(align(16))]
struct Aligned<S: ?Sized>(UnsafeCell<S>);

// SAFETY: the bytes are reached only by leases, no two of which have a byte in common, and before
// the first lease by `lock`, under the table's lock. Lent bytes are reached by leases alone.
unsafe impl<S: ?Sized> Sync for Aligned<S> {}

/// The table, and what its granules mean.
pub(crate) struct Locked<'a> {
    pub(crate) table: MutexGuard<'a, Table>,
    pub(crate) granule: Granule,
    /// The bytes of the pool.
    pub(crate) length: usize,
    /// The granules of the pool.
    pub(crate) total: u16,
}

impl<S: Storage> Arena<S> {
    pub(crate) const fn new() -> Self {
        Self { table: Mutex::new(Table::new()), bytes: Aligned(UnsafeCell::new(S::ZEROED)) }
    }
}

impl<S: ?Sized + Granules> Arena<S> {
    pub(crate) fn lock(&self) -> Locked<'_> {
        let mut table = self.table.lock();
        let granule = *table.granule.get_or_insert_with(|| {
            // SAFETY: the table is locked and has no granules yet, so that no lease was ever
            // granted: nothing else reaches the bytes.
            let storage = unsafe { &*self.bytes.0.get() };
            storage.granule()
        });
        let length = table.lent.as_ref().map_or(size_of_val(&self.bytes.0), |lent| lent.len());
        Locked { table, granule, length, total: granule.within(length) }
    }

    /// Puts these bytes in the place of the present ones, unless any of those is leased or lent.
    pub(crate) fn lend(&self, bytes: &'static mut [u8]) -> Result<(), &'static mut [u8]> {
        let mut locked = self.lock();
        if locked.table.leases() > 0 || locked.table.lent.is_some() {
            return Err(bytes);
        }
        locked.table.lent = Some(Lent::new(bytes));
        Ok(())
    }

    /// Gives back what was lent, unless any of it is leased.
    pub(crate) fn reclaim(&self) -> Option<&'static mut [u8]> {
        let mut locked = self.lock();
        if locked.table.leases() > 0 {
            return None;
        }
        locked.table.lent.take().map(Lent::into_bytes)
    }

    /// Leases the first free run of at least `len` bytes, which may hold what was left there.
    pub(crate) fn lease(&'static self, len: usize) -> Result<Lease, OutOfPages> {
        let mut locked = self.lock();
        let (start, range) = locked.take(len)?;
        let own = NonNull::from(&self.bytes.0).cast::<u8>();
        let all = locked.table.lent.as_ref().map_or(own, Lent::first);
        drop(locked);
        // SAFETY: the table grants only granules that lie within the bytes.
        let first = unsafe { all.add(range.start) };
        let bytes = NonNull::slice_from_raw_parts(first, range.len());
        // SAFETY: the bytes lie in this static and were initialised with it, or were lent to it and
        // stay so while the table knows of this lease; it keeps them for it until they are given back.
        Ok(unsafe { Lease::new(&self.table, start, bytes) })
    }
}

impl Locked<'_> {
    /// Takes the first free run of at least `len` bytes: its first granule, and where its bytes
    /// lie.
    fn take(&mut self, len: usize) -> Result<(u16, core::ops::Range<usize>), OutOfPages> {
        let granules = self.granule.needed_for(len);
        let run = granules.and_then(|granules| self.table.take(granules, self.total));
        let run = run.ok_or_else(|| self.refusal(len as u64))?;
        let start = self.granule.bytes(run.start);
        Ok((run.start, start..start + self.granule.bytes(run.len)))
    }

    /// The refusal of a lease of `needed` bytes.
    pub(crate) fn refusal(&self, needed: u64) -> OutOfPages {
        OutOfPages { needed, free: self.free() as u64, largest: self.largest_free() as u64 }
    }

    pub(crate) fn free(&self) -> usize {
        self.granule.bytes(self.total - self.table.leased())
    }

    pub(crate) fn largest_free(&self) -> usize {
        self.granule.bytes(self.table.largest_free(self.total))
    }
}
