//! What can go wrong, as small values that can be copied and printed anywhere.

use crate::size::Bytes;
use crate::table::MAX_LEASES;

/// Why bytes of a memory could not be reached. Nothing was read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessError {
    /// Some of the bytes lie past the end of the memory.
    OutOfBounds {
        /// Where the access begins, in bytes.
        offset: usize,
        /// How many bytes it covers.
        len: usize,
        /// The size of the memory in bytes.
        size: usize,
    },
    /// The range ends before it starts.
    Reversed {
        /// Where the range starts, in bytes.
        start: usize,
        /// Where the range ends, in bytes.
        end: usize,
    },
    /// A value can't be borrowed, or accessed atomically, at this offset because its type needs a
    /// stricter alignment.
    Misaligned {
        /// Where the value begins, in bytes.
        offset: usize,
        /// The alignment that its type needs, in bytes.
        align: usize,
    },
}

texts!(AccessError {
    Self::OutOfBounds { offset, len: 1, size } =>
        "out of bounds memory access: 1 byte at offset {} of {}", offset, size;
    Self::OutOfBounds { offset, len, size } =>
        "out of bounds memory access: {} bytes at offset {} of {}", len, offset, size;
    Self::Reversed { start, end } =>
        "out of bounds memory access: range from {} to {} ends before it starts", start, end;
    Self::Misaligned { offset, align } =>
        "misaligned memory access: offset {} is no multiple of {}", offset, align;
});

impl core::error::Error for AccessError {}

/// Why a [`MemoryType`](crate::MemoryType) is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeError {
    /// The minimum is greater than the maximum.
    MinimumExceedsMaximum {
        /// The minimum size in pages.
        minimum: u64,
        /// The maximum size in pages.
        maximum: u64,
    },
    /// The minimum or the maximum is greater than the memory's addresses allow.
    TooLarge {
        /// The minimum or maximum in pages.
        pages: u64,
        /// The most pages that a memory of this type may have.
        limit: u64,
    },
    /// A page is neither 1 byte nor 64 KiB.
    PageSize {
        /// The binary logarithm of the page size in bytes.
        log2: u8,
    },
    /// A shared memory needs a maximum.
    SharedWithoutMaximum,
    /// A [`SharedMemory`](crate::SharedMemory) has 32-bit addresses.
    SharedWith64BitAddresses,
}

texts!(TypeError {
    Self::MinimumExceedsMaximum { minimum, maximum } =>
        "size minimum must not be greater than maximum: {} pages, {} pages", minimum, maximum;
    Self::TooLarge { pages, limit } =>
        "memory size must be at most {} pages: {} pages", limit, pages;
    Self::PageSize { log2 } => "invalid custom page size: 2 to the power of {} bytes", log2;
    Self::SharedWithoutMaximum => "shared memory must have maximum";
    Self::SharedWith64BitAddresses => "shared memory with 64-bit addresses is not supported";
});

impl core::error::Error for TypeError {}

/// A [`PagePool`](crate::PagePool) can't grant a lease.
///
/// Where `needed` is no more than `largest`, it is not bytes that ran out: [`MAX_LEASES`] leases
/// are held already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfPages {
    /// The bytes asked for.
    pub needed: u64,
    /// The bytes that are free, in runs of any length.
    pub free: u64,
    /// The bytes of the longest free run.
    pub largest: u64,
}

impl OutOfPages {
    /// Whether the pool has the bytes but can't keep track of one more lease.
    pub const fn is_table_full(&self) -> bool {
        self.needed <= self.largest
    }
}

texts!(OutOfPages {
    Self { needed, largest, .. } if needed <= largest =>
        "out of pages: needs {}, all {} leases are held", Bytes(needed), MAX_LEASES;
    Self { needed, free, largest } if needed <= free =>
        "out of pages: needs {}, {} free, at most {} in a row",
        Bytes(needed), Bytes(free), Bytes(largest);
    Self { needed, free, .. } =>
        "out of pages: needs {}, {} free", Bytes(needed), Bytes(free);
});

impl core::error::Error for OutOfPages {}

/// Why a memory can't be made, or can't grow. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryError {
    /// The type is not valid.
    Type(TypeError),
    /// The pool has no room for the memory.
    OutOfPages(OutOfPages),
    /// The memory's type does not let it grow so far.
    PastMaximum {
        /// The pages that the memory has.
        size: u64,
        /// The pages to add.
        delta: u64,
        /// The most pages that its type allows.
        maximum: u64,
    },
    /// The memory's lease does not let it grow so far.
    PastLease {
        /// The pages that the memory has.
        size: u64,
        /// The pages to add.
        delta: u64,
        /// The pages that its lease has room for.
        capacity: u64,
    },
}

texts!(MemoryError {
    Self::Type(error) => "{}", error;
    Self::OutOfPages(error) => "{}", error;
    Self::PastMaximum { size, delta, maximum } =>
        "memory of {} pages can't grow by {}: its maximum is {}", size, delta, maximum;
    Self::PastLease { size, delta, capacity } =>
        "memory of {} pages can't grow by {}: its lease holds {}", size, delta, capacity;
});

impl core::error::Error for MemoryError {}

impl From<TypeError> for MemoryError {
    fn from(error: TypeError) -> Self {
        Self::Type(error)
    }
}

impl From<OutOfPages> for MemoryError {
    fn from(error: OutOfPages) -> Self {
        Self::OutOfPages(error)
    }
}

#[cfg(test)]
mod tests {
    use core::error::Error;
    use std::boxed::Box;
    use std::string::ToString;

    use super::*;

    fn assert_texts<E: Error + 'static, const N: usize>(texts: [(E, &str); N]) {
        for (error, text) in texts {
            let error: Box<dyn Error> = Box::new(error);
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn access_errors_say_where() {
        assert_texts([
            (
                AccessError::OutOfBounds { offset: 65_534, len: 4, size: 65_536 },
                "out of bounds memory access: 4 bytes at offset 65534 of 65536",
            ),
            (
                AccessError::OutOfBounds { offset: 8, len: 1, size: 8 },
                "out of bounds memory access: 1 byte at offset 8 of 8",
            ),
            (
                AccessError::Reversed { start: 5, end: 3 },
                "out of bounds memory access: range from 5 to 3 ends before it starts",
            ),
            (
                AccessError::Misaligned { offset: 3, align: 4 },
                "misaligned memory access: offset 3 is no multiple of 4",
            ),
        ]);
    }

    #[test]
    fn type_errors_begin_as_in_the_specification() {
        assert_texts([
            (
                TypeError::MinimumExceedsMaximum { minimum: 3, maximum: 2 },
                "size minimum must not be greater than maximum: 3 pages, 2 pages",
            ),
            (
                TypeError::TooLarge { pages: 65_537, limit: 65_536 },
                "memory size must be at most 65536 pages: 65537 pages",
            ),
            (
                TypeError::PageSize { log2: 4 },
                "invalid custom page size: 2 to the power of 4 bytes",
            ),
            (TypeError::SharedWithoutMaximum, "shared memory must have maximum"),
        ]);
    }

    #[test]
    fn exhaustion_says_what_is_needed_and_what_there_is() {
        assert_texts([
            (
                OutOfPages { needed: 196_608, free: 65_536, largest: 65_536 },
                "out of pages: needs 3 pages (196608 bytes), 1 page (65536 bytes) free",
            ),
            (
                OutOfPages { needed: 5_000, free: 2_048, largest: 1_024 },
                "out of pages: needs 5000 bytes, 2048 bytes free",
            ),
            (
                OutOfPages { needed: 131_072, free: 131_072, largest: 65_536 },
                "out of pages: needs 2 pages (131072 bytes), 2 pages (131072 bytes) free, \
                 at most 1 page (65536 bytes) in a row",
            ),
            (
                OutOfPages { needed: 1, free: 16, largest: 16 },
                "out of pages: needs 1 byte, all 128 leases are held",
            ),
        ]);
    }

    #[test]
    fn the_table_is_full_when_the_bytes_would_fit() {
        let refusal = |needed| OutOfPages { needed, free: 32, largest: 16 };
        let full = [1, 16, 17, 32, 33].map(|needed| refusal(needed).is_table_full());
        assert_eq!(full, [true, true, false, false, false]);
    }

    #[test]
    fn memory_errors_say_what_stands_in_the_way() {
        let out_of_pages = OutOfPages { needed: 1, free: 0, largest: 0 };
        assert_texts([
            (MemoryError::from(TypeError::SharedWithoutMaximum), "shared memory must have maximum"),
            (MemoryError::from(out_of_pages), "out of pages: needs 1 byte, 0 bytes free"),
            (
                MemoryError::PastMaximum { size: 1, delta: 3, maximum: 2 },
                "memory of 1 pages can't grow by 3: its maximum is 2",
            ),
            (
                MemoryError::PastLease { size: 1, delta: 3, capacity: 2 },
                "memory of 1 pages can't grow by 3: its lease holds 2",
            ),
        ]);
    }
}
