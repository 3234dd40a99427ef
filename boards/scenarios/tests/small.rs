//! Several small guests at once, on the host.

use vellum::PagePool;
use vellum_scenarios::{host::Recorder, small};

#[test]
fn four_guests_share_a_pool_that_has_room_for_no_more() {
    static PAGES: PagePool<[[u8; 1024]; small::NEEDS / 1024]> = PagePool::new();
    let console = Recorder::default();
    small::run(&console, &PAGES).unwrap();
    let expected = ["small: 4 guests of 8192 bytes at once, 0 bytes of heap at most"];
    assert_eq!(console.lines(), expected);

    static LESS: PagePool<[[u8; 1024]; small::NEEDS / 1024 - 1]> = PagePool::new();
    assert!(small::run(&console, &LESS).unwrap_err().to_string().contains("out of pages"));
}
