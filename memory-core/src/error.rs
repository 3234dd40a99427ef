//! What can go wrong, as small values that can be copied and printed anywhere.

use crate::size::Bytes;
use crate::table::MAX_LEASES;

/// Why bytes of a memory could not be reached. Nothing was read or written.
///
/// ```
/// use vellum_memory::{AccessError, MemoryAccess};
///
/// let memory = [0; 8];
/// let error = memory.read_value::<u32>(6).unwrap_err();
/// assert_eq!(error, AccessError::OutOfBounds { offset: 6, len: 4, size: 8 });
/// assert_eq!(error.to_string(), "out of bounds memory access: 4 bytes at offset 6 of 8");
/// ```
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
///
/// ```
/// use vellum_memory::{MemoryType, TypeError};
///
/// let error = MemoryType::new(3, Some(2)).validate().unwrap_err();
/// assert_eq!(error, TypeError::MinimumExceedsMaximum { minimum: 3, maximum: 2 });
/// ```
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
///
/// ```
/// use vellum_memory::{PAGE_SIZE, PagePool};
///
/// static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
///
/// let error = POOL.lease(3 * PAGE_SIZE).unwrap_err();
/// assert_eq!((error.needed, error.free), (3 * PAGE_SIZE as u64, 2 * PAGE_SIZE as u64));
/// assert!(!error.is_table_full());
/// ```
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
///
/// ```
/// use vellum_memory::{LinearMemory, MemoryError, MemoryType, PAGE_SIZE, PagePool};
///
/// static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
///
/// let mut memory = LinearMemory::new(&POOL, MemoryType::new(1, Some(2)))?;
/// let error = memory.grow(2).unwrap_err();
/// assert_eq!(error, MemoryError::PastMaximum { size: 1, delta: 2, maximum: 2 });
/// assert_eq!(memory.size(), 1);
/// # Ok::<(), MemoryError>(())
/// ```
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
mod tests;
