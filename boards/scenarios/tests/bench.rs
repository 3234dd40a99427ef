//! The benchmarks on the host, where nothing is counted: what they do is right.

use vellum::{PAGE_SIZE, PagePool};
use vellum_scenarios::{bench, host::Recorder};

static PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();
static WORK: &[u8] = include_bytes!("../workloads/work.wasm");

/// What is printed of a name, without the count.
fn checksum<'a>(lines: &'a [String], name: &str) -> &'a str {
    let start = format!("bench: {name} 0 ");
    lines.iter().find_map(|line| line.strip_prefix(&start)).expect(name)
}

#[test]
fn threads_do_what_is_measured() {
    let console = Recorder::default();
    bench::threads::run(&console, &PAGES, &|| Ok(WORK.into())).unwrap();
    assert_eq!(PAGES.leased(), 0);
    let lines = console.lines();
    for (name, expected) in [("load", "e"), ("store", "1"), ("add", "177b"), ("exchange", "e")] {
        for way in ["plain", "atomic", "locked-plain", "locked-atomic"] {
            assert_eq!(checksum(&lines, &format!("{way}-{name}")), expected, "{way} {name}");
        }
    }
    assert_eq!(checksum(&lines, "locked-copy-1024"), "9");
    assert_eq!(checksum(&lines, "hand-over"), "3e8");
    assert_eq!(checksum(&lines, "park"), "3e8");
    assert_eq!(checksum(&lines, "shared-read"), "7");
    assert_eq!(checksum(&lines, "sliced-crc"), checksum(&lines, "whole-crc"));
}
