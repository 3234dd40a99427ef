//! Guests that run out of a heap of their own, on the host, as tasks of one thread: its heap is counted.

mod failing;

use vellum::{PagePool, StaticBuffer};
use vellum_scenarios::{
    compartments::{NEEDS, run},
    host::Recorder,
};

#[test]
fn all_checks_hold() {
    static PAGES: PagePool<[u8; NEEDS]> = PagePool::new();
    static BUFFER: StaticBuffer<[u8; 1024 * 1024]> = StaticBuffer::new();
    let console =
        Recorder::on_one_core().with_heap(failing::figures).with_failing(failing::fail_allocations);
    run(&console, &PAGES, &BUFFER, 2_000).unwrap();
    let lines = console.lines();
    for line in &lines {
        println!("{line}");
    }
    assert_eq!(lines.len(), 21);
    let last = lines.last().unwrap();
    assert!(!last.contains(" 0 out of heap") && !last.contains(" 0 stopped"), "{lines:?}");
    assert_eq!(PAGES.leased(), 0);
}
