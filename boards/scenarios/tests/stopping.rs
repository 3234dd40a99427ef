//! Guests that are stopped beside other work, on the host.

use vellum::{PAGE_SIZE, PagePool};
use vellum_scenarios::{
    host::Recorder,
    stopping::{latency, run},
};

static PAGES: PagePool<[u8; 12 * PAGE_SIZE]> = PagePool::new();

/// Both, one after the other: the interrupt and the pool are theirs alone.
#[test]
fn guests_of_all_kinds_are_stopped() {
    let console = Recorder::default();
    run(&console, &PAGES).unwrap();
    latency::run(&console, &PAGES).unwrap();
    let lines = console.lines();
    assert!(lines[0].starts_with("stopping: an endless guest was stopped 25 times"), "{lines:?}");
    assert_eq!(lines.last().unwrap(), "bench: end");
    assert_eq!(lines.len(), 1 + 2 * 12 + 3 + 1);
    assert_eq!(PAGES.leased(), 0);
}
