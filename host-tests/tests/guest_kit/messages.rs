//! Lines and panics.

use crate::kit::{Kit, PAGES};
use vellum::{Error, ErrorKind, guest::GuestPanic};

const SOURCE: &str = include_str!("../../guests/kit/src/lib.rs");

/// Where a text is in the guest's source: its line and column from 1 on.
fn place(text: &str) -> (u32, u32) {
    let mut lines = SOURCE.lines().zip(1..);
    let found = lines.find_map(|(line, number)| Some((number, line.find(text)? as u32 + 1)));
    found.expect("it is in the source")
}

fn panic_of(kit: &mut Kit, function: &str) -> GuestPanic {
    let error = kit.call::<(), ()>(function, ()).expect_err("it panics");
    error.downcast_ref::<GuestPanic>().expect("a panic").clone()
}

#[test]
fn lines_come_as_they_are_written() {
    for page_size in PAGES {
        let mut kit = Kit::new(page_size);
        kit.call::<_, ()>("log_lines", -5).expect("it runs");
        let long = "0123456789".repeat(13);
        let expected = ["constant", "-5 and \"é\"", &long[..128], &long[128..], &long];
        assert_eq!(*kit.store.data(), expected);
    }
}

#[test]
fn a_panic_has_its_message_and_place() {
    for page_size in PAGES {
        let mut kit = Kit::new(page_size);
        let panic = panic_of(&mut kit, "fail");
        assert_eq!((panic.message(), panic.file()), ("no sensor", "src/lib.rs"));
        assert_eq!((panic.line(), panic.column()), place("panic!(\"no sensor\")"));

        assert_eq!(kit.call::<_, i32>("index", 2).expect("it runs"), 3);
        let error: Error = kit.call::<_, i32>("index", 7).expect_err("it panics");
        let (line, column) = place("black_box([1, 2, 3])[at]");
        let what = "panic: index out of bounds: the len is 3 but the index is 7: src/lib.rs";
        assert_eq!(error.to_string(), format!("{what}:{line}:{column}"));
        assert_eq!(error.kind(), ErrorKind::Host);
    }
}

#[test]
fn of_a_long_message_nothing_is_lost() {
    let mut kit = Kit::new(1);
    let panic = panic_of(&mut kit, "fail_at_length");
    let long = "0123456789".repeat(13);
    assert_eq!(*kit.store.data(), [&long[..128]]);
    assert_eq!(panic.message(), &long[128..]);
}
