//! A run of a pool's bytes that is one owner's alone.

#![expect(unsafe_code, reason = "a lease owns bytes that it does not hold")]

use core::ptr::NonNull;

use spin::Mutex;

use crate::table::Table;

/// A run of bytes leased from a [`PagePool`](crate::PagePool), or with the feature `std` from the
/// operating system, given back when dropped.
///
/// The bytes lie at a multiple of 16 and never move.
///
/// ```
/// use vellum_memory::{PAGE_SIZE, PagePool};
///
/// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let mut lease = POOL.lease(100)?;
/// lease.bytes_mut()[..5].copy_from_slice(b"Hello");
/// assert_eq!((lease.len(), POOL.free()), (PAGE_SIZE, 0));
///
/// drop(lease);
/// assert_eq!(POOL.free(), PAGE_SIZE);
/// # Ok::<(), vellum_memory::OutOfPages>(())
/// ```
pub struct Lease {
    owner: Owner,
    bytes: NonNull<[u8]>,
}

/// Who gets the bytes back.
enum Owner {
    /// The pool of a table, in which the run starts at this granule.
    Pool(&'static Mutex<Table>, u16),
    /// The operating system.
    #[cfg(feature = "std")]
    System(#[expect(dead_code, reason = "unmapped when it is dropped")] memmap2::MmapMut),
}

// SAFETY: a lease is the only way to its bytes, as a box is, and bytes belong to no thread.
unsafe impl Send for Lease {}

// SAFETY: through a shared reference the bytes can only be read, or reached by a raw pointer.
unsafe impl Sync for Lease {}

impl Lease {
    /// The lease of the run that starts at granule `start` and has these `bytes`.
    ///
    /// # Safety
    ///
    /// The bytes lie in a static or are lent to one, are initialised, and are reached by nothing else until
    /// the lease gives the run back to the table.
    pub(crate) const unsafe fn new(
        table: &'static Mutex<Table>,
        start: u16,
        bytes: NonNull<[u8]>,
    ) -> Self {
        Self { owner: Owner::Pool(table, start), bytes }
    }

    /// The lease of all bytes of a mapping, which are initialised and have no other owner.
    #[cfg(feature = "std")]
    pub(crate) fn of_map(mut map: memmap2::MmapMut) -> Self {
        let bytes = NonNull::from(&mut *map);
        Self { owner: Owner::System(map), bytes }
    }

    /// The address of the first byte.
    ///
    /// Reading and writing through the pointer is unsafe: it bypasses every check, and must end
    /// before the lease is dropped.
    pub const fn as_ptr(&self) -> NonNull<u8> {
        self.bytes.cast()
    }

    /// The number of bytes: what was asked for, rounded up to whole granules.
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the lease has no bytes, because none were asked for.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8] {
        // SAFETY: the bytes are initialised and this lease's alone, and nothing writes them while
        // it is borrowed.
        unsafe { self.bytes.as_ref() }
    }

    /// The bytes, to write.
    pub const fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: the bytes are initialised and this lease's alone, and it is borrowed mutably.
        unsafe { self.bytes.as_mut() }
    }

    /// The bytes, for an owner that wants them for good, as an interpreter does.
    ///
    /// # Safety
    ///
    /// - The slice, and everything made from it, is dead before this lease is dropped.
    /// - Until then nothing else reaches the bytes: neither [`bytes`](Self::bytes) nor
    ///   [`bytes_mut`](Self::bytes_mut) nor this method is called, and no pointer from
    ///   [`as_ptr`](Self::as_ptr) is used.
    ///
    /// ```
    /// use vellum_memory::{PAGE_SIZE, PagePool};
    ///
    /// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    ///
    /// let mut lease = POOL.lease_unscrubbed(PAGE_SIZE)?;
    /// // SAFETY: the slice is the only way to the bytes, and it is dead before the lease.
    /// let bytes = unsafe { lease.as_static_mut() };
    /// bytes.fill(0);
    /// drop(lease);
    /// # Ok::<(), vellum_memory::OutOfPages>(())
    /// ```
    pub const unsafe fn as_static_mut(&mut self) -> &'static mut [u8] {
        // SAFETY: the bytes are initialised and stay where they are until the lease is dropped; the
        // caller promises that the slice is dead by then, and that nothing else reaches them.
        unsafe { self.bytes.as_mut() }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        match self.owner {
            Owner::Pool(table, start) if !self.is_empty() => table.lock().give_back(start),
            _ => {}
        }
    }
}

impl core::fmt::Debug for Lease {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Lease").field("address", &self.as_ptr()).field("len", &self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;
    use crate::{LinearMemory, PagePool};

    const fn assert_send_and_sync<T: Send + Sync + 'static>() {}

    const _: () = {
        assert_send_and_sync::<Lease>();
        assert_send_and_sync::<LinearMemory>();
        assert_send_and_sync::<&PagePool>();
        assert_send_and_sync::<PagePool<[u8; 0]>>();
    };

    #[test]
    fn an_owner_for_good_and_the_pool_do_not_disturb_each_other() {
        static POOL: PagePool<[[u8; 32]; 4]> = PagePool::new();
        let mut lease = POOL.lease(32).unwrap();
        // SAFETY: the slice is dead before the lease, and nothing else reaches the bytes.
        let bytes = unsafe { lease.as_static_mut() };
        bytes.fill(1);

        let mut other = POOL.lease(64).unwrap();
        other.bytes_mut().fill(2);
        assert_eq!((POOL.leased(), lease.len(), lease.is_empty()), (96, 32, false));
        assert!(format!("{lease:?} {POOL:?}").starts_with("Lease { address: 0x"));
        bytes.reverse();
        assert_eq!(bytes, [1; 32]);
        drop(lease);

        let mut again = POOL.lease_unscrubbed(32).unwrap();
        assert_eq!(again.bytes(), [1; 32]);
        again.bytes_mut().fill(3);
        assert_eq!(other.bytes(), [2; 64]);
    }

    #[test]
    fn the_raw_pointer_reaches_the_first_byte() {
        static POOL: PagePool<[[u8; 16]; 1]> = PagePool::new();
        let lease = POOL.lease(16).unwrap();
        // SAFETY: the lease lives, and nothing else reaches its bytes.
        unsafe { lease.as_ptr().write(9) };
        assert_eq!(lease.bytes().first(), Some(&9));
    }

    #[test]
    fn a_lease_can_be_given_back_on_another_thread() {
        static POOL: PagePool<[[u8; 16]; 1]> = PagePool::new();
        let mut lease = POOL.lease(16).unwrap();
        lease.bytes_mut().fill(7);
        std::thread::spawn(move || assert_eq!(lease.bytes(), [7; 16])).join().unwrap();
        assert_eq!(POOL.lease(16).unwrap().bytes(), [0; 16]);
    }
}
