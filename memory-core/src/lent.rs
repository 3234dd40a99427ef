//! Bytes that a pool has from its embedder, in the place of its own.

#![expect(unsafe_code, reason = "bytes that are lent are many leases' in turn")]

use core::ptr::NonNull;

/// Leases start at a multiple of this.
const ALIGNMENT: usize = 16;

/// Bytes that were lent, all of them initialised and nobody else's.
pub(crate) struct Lent {
    all: NonNull<[u8]>,
    /// Bytes before the first that is a multiple of [`ALIGNMENT`].
    skipped: usize,
}

// SAFETY: it is the only way to its bytes, as a box is, and bytes belong to no thread.
unsafe impl Send for Lent {}

impl Lent {
    pub(crate) fn new(bytes: &'static mut [u8]) -> Self {
        let skipped = bytes.as_ptr().addr().wrapping_neg() % ALIGNMENT;
        let skipped = skipped.min(bytes.len());
        Self { all: NonNull::from(bytes), skipped }
    }

    /// How many bytes can be leased.
    pub(crate) fn len(&self) -> usize {
        self.all.len() - self.skipped
    }

    /// The first byte that can be leased.
    pub(crate) fn first(&self) -> NonNull<u8> {
        // SAFETY: so many bytes are there.
        unsafe { self.all.cast::<u8>().add(self.skipped) }
    }

    /// The bytes, of which no lease may be held.
    pub(crate) fn into_bytes(mut self) -> &'static mut [u8] {
        // SAFETY: they came as such a reference, which this one takes the place of: `self` is gone, and
        // the pool's table, which is asked first, has no lease.
        unsafe { self.all.as_mut() }
    }
}
