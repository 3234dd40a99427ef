//! Two guests at once, on threads of the operating system.

use vellum::PagePool;
use vellum_scenarios::{
    host::Recorder,
    parallel::{NEEDS, run},
};

#[test]
fn two_guests_count_exactly_in_every_way_of_sharing() {
    static PAGES: PagePool<[u8; NEEDS]> = PagePool::new();
    let console = Recorder::default();
    let observed = run(&console, &PAGES, 20_000).unwrap();
    let counts: Vec<u32> = observed.iter().map(|pair| pair.count).collect();
    assert_eq!(counts, [40_000, 40_000, 4_000].repeat(3));
    // Every locked access takes the lock.
    assert!(observed[6].lock.acquisitions > 40_000, "{observed:?}");
    assert_eq!(console.lines().len(), 9);
    assert_eq!(PAGES.leased(), 0);
}
