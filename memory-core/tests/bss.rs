//! A pool costs no flash: the linker puts it where initial bytes are not stored.

#![cfg(all(target_os = "linux", not(any(miri, loom))))]
#![expect(unsafe_code, reason = "the linker's symbols are foreign")]

use vellum_memory::{Attachment, Lock, Mailbox, PAGE_SIZE, PagePool, WaitSet};

static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
static GRANULES: PagePool<[[u8; 1024]; 96]> = PagePool::new();
static LOCK: Lock<[u8; 1024]> = Lock::new([0; 1024]);
static MAILBOX: Mailbox<24> = Mailbox::new();
static WAITS: Lock<WaitSet<u32, [((), Attachment); 0]>> = Lock::new(WaitSet::new([]));
static STORED: [u32; 2] = [1, 2];

// SAFETY: GNU's linkers and LLVM's all define both symbols, the ends of `.bss`.
unsafe extern "C" {
    safe static __bss_start: u8;
    safe static _end: u8;
}

fn is_in_bss<T>(value: &'static T) -> bool {
    let bss = (&raw const __bss_start).addr()..(&raw const _end).addr();
    let start = (&raw const *value).addr();
    bss.contains(&start) && start + size_of::<T>() <= bss.end
}

#[test]
fn pools_lie_in_bss() {
    assert!(is_in_bss(&PAGES));
    assert!(is_in_bss(&GRANULES));
    assert!(!is_in_bss(&STORED));
}

#[test]
fn locks_mailboxes_and_waits_lie_in_bss() {
    assert!(is_in_bss(&LOCK));
    assert!(is_in_bss(&MAILBOX));
    assert!(is_in_bss(&WAITS));
}

#[test]
fn a_pool_costs_little_more_than_its_bytes() {
    assert!(size_of_val(&PAGES) - PAGES.capacity() <= 560);
    assert!(size_of_val(&GRANULES) - GRANULES.capacity() <= 560);
}
