//! The heap, counted.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn taken(bytes: usize) {
    PEAK.fetch_max(USED.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

struct Counting;

#[global_allocator]
static HEAP: Counting = Counting;

#[expect(unsafe_code, reason = "an allocator is unsafe to implement")]
// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // A block that is moved is there twice for a moment, as on a chip whose next block is taken.
        taken(size);
        USED.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// What is taken from here on.
pub(crate) struct Since(usize);

impl Since {
    pub(crate) fn now() -> Self {
        let used = USED.load(Relaxed);
        PEAK.store(used, Relaxed);
        Self(used)
    }

    /// The most that was taken at one time.
    pub(crate) fn peak(&self) -> u32 {
        difference(PEAK.load(Relaxed), self.0)
    }

    /// What is taken now.
    pub(crate) fn kept(&self) -> u32 {
        difference(USED.load(Relaxed), self.0)
    }
}

fn difference(now: usize, then: usize) -> u32 {
    u32::try_from(now.saturating_sub(then)).unwrap_or(u32::MAX)
}
