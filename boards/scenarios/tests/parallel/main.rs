//! Guests that are futures, and guests that share a memory and run at once: on threads of the operating system, and as tasks.

mod heap;

use vellum::PagePool;
use vellum_scenarios::{
    embedding,
    host::Recorder,
    parallel::{NEEDS, run},
};

type Pages = PagePool<[u8; NEEDS]>;

#[test]
fn what_an_embedder_asks_for_is_done() {
    static PAGES: PagePool<[u8; embedding::NEEDS]> = PagePool::new();
    for console in [Recorder::default(), Recorder::on_one_core()] {
        embedding::run(&console, &PAGES).unwrap();
        assert_eq!(console.lines().len(), 2);
        assert_eq!(PAGES.leased(), 0);
    }
}

#[test]
fn all_checks_hold_on_threads_and_on_one_core() {
    static PAGES: Pages = PagePool::new();
    for console in [Recorder::default(), Recorder::on_one_core()] {
        let console = console.with_heap(heap::figures);
        run(&console, &PAGES, 20_000, 20_000).unwrap();
        for line in console.lines() {
            println!("{line}");
        }
        assert_eq!(PAGES.leased(), 0);
    }
}
