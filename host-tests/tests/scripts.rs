//! The threads suite as a chip reads it, on the host.

use vellum::{PAGE_SIZE, PagePool};
use vellum_host_tests::suite::threads;
use vellum_scenarios::{
    host::Recorder,
    script::{Totals, suite},
};

/// The pool of one test, of as many pages as a board has.
type Pool = PagePool<[u8; 32 * PAGE_SIZE]>;

#[test]
fn what_is_written_for_a_chip_is_carried_out_by_the_host() {
    static PAGES: Pool = PagePool::new();
    let console = Recorder::default();
    let file = threads().unwrap();
    let Totals { passed, accepted, wrong } = suite(&console, &PAGES, &file).unwrap();
    assert_eq!(wrong, 0, "{:#?}", console.errors());
    assert_eq!(accepted, console.lines().len());
    assert!(passed > 2000, "{passed}");
    assert_eq!(PAGES.leased(), 0);
}

#[test]
fn a_damaged_file_is_an_error() {
    static PAGES: Pool = PagePool::new();
    let file = threads().unwrap();
    let console = Recorder::default();
    assert!(suite(&console, &PAGES, b"\xff").is_err());
    let cut = file.get(..file.len() - 1).unwrap();
    assert!(suite(&console, &PAGES, cut).is_err());
    assert!(!console.errors().is_empty());
}
