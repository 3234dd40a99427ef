//! What errors say.

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
        (TypeError::PageSize { log2: 4 }, "invalid custom page size: 2 to the power of 4 bytes"),
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
