//! Pages that the operating system gives.

use memmap2::MmapOptions;

use crate::error::OutOfPages;
use crate::lease::Lease;
use crate::size::PAGE_SIZE;

impl Lease {
    /// Leases at least `bytes` bytes of the operating system, all zero: whole pages of 64 KiB, one at
    /// least. Address space is reserved for all of them; each takes memory when it is first written to.
    ///
    /// # Errors
    ///
    /// If the system refuses. What it has left is not known: the error counts no byte as free.
    ///
    /// ```
    /// use vellum_memory::{Lease, PAGE_SIZE};
    ///
    /// let mut lease = Lease::from_system(1000 * PAGE_SIZE)?;
    /// lease.bytes_mut()[999 * PAGE_SIZE] = 42;
    /// assert_eq!(lease.bytes()[..PAGE_SIZE], [0; PAGE_SIZE]);
    /// # Ok::<(), vellum_memory::OutOfPages>(())
    /// ```
    pub fn from_system(bytes: usize) -> Result<Self, OutOfPages> {
        let refusal = OutOfPages { needed: bytes as u64, free: 0, largest: 0 };
        let len = bytes.max(1).checked_next_multiple_of(PAGE_SIZE).ok_or(refusal)?;
        let map = MmapOptions::new().len(len).no_reserve_swap().map_anon();
        map.map(Self::of_map).map_err(|_| refusal)
    }
}

// Miri would allocate all of it.
#[cfg(all(test, not(miri)))]
mod tests {
    use std::vec::Vec;

    use super::*;

    /// What a memory with 32-bit addresses may have.
    #[cfg(target_pointer_width = "64")]
    const MOST: usize = 65_536 * PAGE_SIZE;

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn more_is_reserved_than_there_is_memory() {
        let mut leases: Vec<_> = (0..64).map(|_| Lease::from_system(MOST).unwrap()).collect();
        for (lease, value) in leases.iter_mut().zip(1..) {
            assert_eq!((lease.len(), lease.bytes()[MOST / 2]), (MOST, 0));
            lease.bytes_mut()[MOST - 1] = value;
        }
        assert!(leases.iter().zip(1..).all(|(lease, value)| lease.bytes()[MOST - 1] == value));
    }

    /// All of these together are more than can be addressed.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn what_is_dropped_goes_back_to_the_system() {
        (0..40_000).for_each(|_| drop(Lease::from_system(MOST).unwrap()));
    }

    #[test]
    fn sizes_are_whole_pages_and_refusals_say_what_was_asked() {
        let len = |bytes| Lease::from_system(bytes).unwrap().len();
        assert_eq!([0, 1, PAGE_SIZE, PAGE_SIZE + 1].map(len), [1, 1, 1, 2].map(|n| n * PAGE_SIZE));
        for bytes in [usize::MAX, usize::MAX / 2 + 1] {
            let refusal = OutOfPages { needed: bytes as u64, free: 0, largest: 0 };
            assert_eq!(Lease::from_system(bytes).unwrap_err(), refusal);
        }
    }
}
