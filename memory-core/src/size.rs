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
    /// The most pages that a memory with 32- or 64-bit addresses may have: as many as it can
    /// address, and as many as an address can count.
    pub(crate) const fn addressable(is_64: bool, page: PageSize) -> Self {
        let last_address = if is_64 { u64::MAX } else { u32::MAX as u64 };
        match page.log2() {
            0 => Self(last_address),
            log2 => Self((last_address >> log2) + 1),
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

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    const BYTE: PageSize = PageSize(0);
    const PAGE: PageSize = PageSize(16);

    #[test]
    fn only_two_page_sizes_exist() {
        let sizes: std::vec::Vec<_> =
            (0..=u8::MAX).filter_map(PageSize::from_log2).map(PageSize::bytes).collect();
        assert_eq!(sizes, [1, PAGE_SIZE as u64]);
    }

    #[test]
    fn addresses_limit_pages() {
        assert_eq!(Pages::addressable(false, PAGE), Pages(0x1_0000));
        assert_eq!(Pages::addressable(true, PAGE), Pages(0x1_0000_0000_0000));
        assert_eq!(Pages::addressable(false, BYTE), Pages(0xffff_ffff));
        assert_eq!(Pages::addressable(true, BYTE), Pages(u64::MAX));
    }

    #[test]
    fn bytes_of_pages_never_wrap() {
        assert_eq!(Pages(3).bytes(PAGE), Some(Bytes(196_608)));
        assert_eq!(Pages((1 << 48) - 1).bytes(PAGE), Some(Bytes(u64::MAX - 0xffff)));
        assert_eq!(Pages(1 << 48).bytes(PAGE), None);
        assert_eq!(Pages(u64::MAX).bytes(BYTE), Some(Bytes(u64::MAX)));
        assert_eq!(Pages(u64::MAX).saturating_add(1), Pages(u64::MAX));
    }

    #[test]
    fn granules_are_powers_of_two_from_16_bytes_to_a_page() {
        for bytes in [0, 1, 8, 15, 17, 48, 1000, PAGE_SIZE - 1, PAGE_SIZE + 1, 2 * PAGE_SIZE] {
            assert_eq!(Granule::new(bytes), None, "{bytes}");
        }
        for log2 in 4..=16 {
            let granule = Granule::new(1 << log2).unwrap();
            assert_eq!(granule.bytes(1), 1 << log2);
        }
    }

    #[test]
    fn granules_round_up_for_a_lease_and_down_in_a_pool() {
        let granule = Granule::new(1024).unwrap();
        assert_eq!([0, 1, 1024, 1025].map(|len| granule.needed_for(len)), [0, 1, 1, 2].map(Some));
        assert_eq!(granule.needed_for(65_535 * 1024), Some(65_535));
        assert_eq!(granule.needed_for(65_535 * 1024 + 1), None);
        assert_eq!(granule.needed_for(usize::MAX), None);
        assert_eq!([1023, 1024, 4095].map(|len| granule.within(len)), [0, 1, 3]);
        assert_eq!(granule.within(usize::MAX), u16::MAX);
    }

    #[test]
    fn a_range_lies_within_or_not() {
        assert_eq!(range_within(0, 0, 0), Some(0..0));
        assert_eq!(range_within(10, 0, 10), Some(10..10));
        assert_eq!(range_within(11, 0, 10), None);
        assert_eq!(range_within(6, 4, 10), Some(6..10));
        assert_eq!(range_within(7, 4, 10), None);
        assert_eq!(range_within(usize::MAX, 1, usize::MAX), None);
        assert_eq!(range_within(1, usize::MAX, usize::MAX), None);
    }

    #[test]
    fn whole_pages_are_shown_as_pages() {
        let shown =
            [0, 1, 2, 65_535, 65_536, 65_537, 131_072, 1 << 32].map(|n| Bytes(n).to_string());
        assert_eq!(
            shown,
            [
                "0 bytes",
                "1 byte",
                "2 bytes",
                "65535 bytes",
                "1 page (65536 bytes)",
                "65537 bytes",
                "2 pages (131072 bytes)",
                "65536 pages (4294967296 bytes)",
            ]
        );
    }
}
