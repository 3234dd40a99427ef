//! Pages, bytes and granules: all size arithmetic, checked.

use core::num::NonZeroU8;
use core::ops::Range;

/// The size of a WebAssembly page in bytes, unless a memory's type says otherwise: 64 KiB.
pub const PAGE_SIZE: usize = 1 << PAGE_SIZE_LOG2;

/// The binary logarithm of [`PAGE_SIZE`].
pub(crate) const PAGE_SIZE_LOG2: u8 = 16;

/// The size of one page of a memory, held as its binary logarithm, at most 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageSize(u8);

impl PageSize {
    /// The two page sizes there are: 1 byte and 64 KiB.
    pub(crate) const fn from_log2(log2: u8) -> Option<Self> {
        match log2 {
            0 | PAGE_SIZE_LOG2 => Some(Self(log2)),
            _ => None,
        }
    }

    pub(crate) const fn log2(self) -> u8 {
        self.0
    }

    pub(crate) const fn bytes(self) -> u64 {
        1 << self.0
    }
}

/// A count of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pages(pub(crate) u64);

impl Pages {
    /// The most pages that an address of `address_bits` (32 or 64) bits can tell apart.
    pub(crate) const fn addressable(is_64: bool, page: PageSize) -> Self {
        match (is_64, page.log2()) {
            (true, 0) => Self(u64::MAX),
            (true, log2) => Self(1 << (64 - log2)),
            (false, log2) => Self(1 << (32 - log2)),
        }
    }

    /// The bytes that these pages hold; [`None`] when they are more than 64 bits can count.
    pub(crate) fn bytes(self, page: PageSize) -> Option<Bytes> {
        self.0.checked_mul(page.bytes()).map(Bytes)
    }

    pub(crate) fn saturating_add(self, more: u64) -> Self {
        Self(self.0.saturating_add(more))
    }
}

/// A count of bytes, wide enough for any memory's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bytes(pub(crate) u64);

impl Bytes {
    /// The count as this machine's address width; [`None`] when it has fewer addresses.
    pub(crate) fn on_this_machine(self) -> Option<usize> {
        usize::try_from(self.0).ok()
    }
}

texts!(Bytes {
    Self(65_536) => "1 page (65536 bytes)";
    Self(1) => "1 byte";
    Self(bytes) if bytes != 0 && bytes % 65_536 == 0 => "{} pages ({} bytes)", bytes / 65_536, bytes;
    Self(bytes) => "{} bytes", bytes;
});

/// A pool's unit of allocation, held as its binary logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granule(NonZeroU8);

impl Granule {
    /// The smallest granule: the alignment of every lease.
    pub(crate) const MINIMUM: usize = 16;

    /// A granule of `bytes`; [`None`] unless a power of two from 16 to 64 KiB.
    pub(crate) const fn new(bytes: usize) -> Option<Self> {
        if !bytes.is_power_of_two() || bytes < Self::MINIMUM || bytes > PAGE_SIZE {
            return None;
        }
        match NonZeroU8::new(bytes.trailing_zeros() as u8) {
            Some(log2) => Some(Self(log2)),
            None => None,
        }
    }

    /// The fewest granules that hold `bytes`; [`None`] when they are more than a pool can have.
    pub(crate) fn needed_for(self, bytes: usize) -> Option<u16> {
        u16::try_from(bytes.div_ceil(self.bytes(1))).ok()
    }

    /// The granules that fit into `bytes`, as far as a pool can count.
    pub(crate) fn within(self, bytes: usize) -> u16 {
        u16::try_from(bytes >> self.0.get()).unwrap_or(u16::MAX)
    }

    /// The bytes of granules that lie in memory.
    pub(crate) const fn bytes(self, granules: u16) -> usize {
        (granules as usize) << self.0.get()
    }
}

/// The range of `len` bytes at `offset`, if all of it lies below `size`.
pub(crate) fn range_within(offset: usize, len: usize, size: usize) -> Option<Range<usize>> {
    let end = offset.checked_add(len)?;
    (end <= size).then_some(offset..end)
}
