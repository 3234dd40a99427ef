//! A run of a pool's bytes that is one owner's alone.

#![expect(unsafe_code, reason = "a lease owns bytes that it does not hold")]

use core::ptr::NonNull;

use spin::Mutex;

use crate::table::Table;

/// A run of bytes leased from a [`PagePool`](crate::PagePool), given back when dropped.
///
/// The bytes lie at a multiple of 16 and never move.
pub struct Lease {
    table: &'static Mutex<Table>,
    bytes: NonNull<[u8]>,
    start: u16,
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
    /// The bytes lie in a static, are initialised, and are reached by nothing else until the lease
    /// gives the run back to the table.
    pub(crate) const unsafe fn new(
        table: &'static Mutex<Table>,
        start: u16,
        bytes: NonNull<[u8]>,
    ) -> Self {
        Self { table, bytes, start }
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
        // SAFETY: the bytes are initialised and this lease's alone, and no one writes them while
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
    pub const unsafe fn as_static_mut(&mut self) -> &'static mut [u8] {
        // SAFETY: the bytes are initialised and lie in a static; the caller promises that they are
        // reached by nothing else until the slice is dead.
        unsafe { self.bytes.as_mut() }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.is_empty() {
            self.table.lock().give_back(self.start);
        }
    }
}

impl core::fmt::Debug for Lease {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Lease").field("address", &self.bytes).finish()
    }
}
