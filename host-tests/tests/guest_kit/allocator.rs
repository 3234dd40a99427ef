//! The allocator.

use crate::kit::{Kit, PAGES};

#[test]
fn blocks_keep_their_bytes_whatever_happens_around_them() {
    for page_size in PAGES {
        for seed in 0..3 {
            let mut kit = Kit::new(page_size);
            let wrong: u32 = kit.call("churn", (seed, 200_u32)).expect("it runs");
            assert_eq!(wrong, 0, "pages of {page_size}, seed {seed}");
        }
    }
}

#[test]
fn a_heap_begins_in_the_first_pages_and_grows_by_what_it_needs() {
    for page_size in PAGES {
        let mut kit = Kit::new(page_size);
        let mut pages = || kit.call::<_, u32>("pages", ()).expect("it runs");
        let first = pages();
        let sum = 99 * 100 / 2 + 10 * 2 + 90 * 3;
        assert_eq!(kit.call::<_, u32>("collect", 100_u32).expect("it runs"), sum);
        let mut pages = || kit.call::<_, u32>("pages", ()).expect("it runs");
        let (small, needed) = (pages() - first, 4_000_u32);
        // A page of 64 KiB has room for the small vectors; a page of a byte has room for nothing.
        assert!(if page_size == 1 { (1..4_096).contains(&small) } else { small == 0 }, "{small}");
        assert_eq!(kit.call::<_, u32>("fill", 70_000_u32).expect("it runs"), 70_000);
        let mut pages = || kit.call::<_, u32>("pages", ()).expect("it runs");
        let large = (pages() - first - small) * page_size;
        let most = 70_000_u32.next_multiple_of(page_size) + needed;
        assert!((70_000 - needed..=most).contains(&large), "{large}");
    }
}

#[test]
fn what_is_freed_is_used_again() {
    for page_size in PAGES {
        let mut kit = Kit::new(page_size);
        kit.call::<_, u32>("fill", 100_000_u32).expect("it runs");
        let pages: u32 = kit.call("pages", ()).expect("it runs");
        for _ in 0..50 {
            kit.call::<_, u32>("fill", 100_000_u32).expect("it runs");
        }
        assert_eq!(kit.call::<_, u32>("pages", ()).expect("it runs"), pages);
    }
}

#[test]
fn an_allocation_beyond_the_maximum_is_a_panic_and_the_heap_goes_on() {
    for page_size in PAGES {
        let mut kit = Kit::new(page_size);
        for bytes in [300_000, 0x7FFF_FFFF, 0x7FFF_FFF0] {
            let error = kit.call::<_, u32>("fill", bytes).expect_err("there is too little");
            let text = error.to_string();
            let what = format!("panic: memory allocation of {bytes} bytes failed: ");
            assert!(text.starts_with(&what), "{text}");
        }
        assert_eq!(kit.call::<_, u32>("fill", 200_000_u32).expect("it runs"), 200_000);
    }
}

#[test]
fn pages_that_a_guest_takes_by_itself_are_its_own() {
    for page_size in PAGES {
        let right: u32 = Kit::new(page_size).call("grow_beside", page_size).expect("it runs");
        assert_eq!(right, 1, "pages of {page_size}");
    }
}
