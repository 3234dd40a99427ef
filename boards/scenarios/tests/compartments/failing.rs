//! A global allocator that counts, and fails when it is asked to.
#![expect(unsafe_code, reason = "a global allocator is an unsafe trait")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use vellum::StaticBuffer;
use vellum_scenarios::compartments::failing::{Failing, is_on};

thread_local! {
    /// Where the stack lies whose allocations fail, how many were made, and how many succeed.
    static FAILING: Cell<Option<(&'static StaticBuffer, usize, usize)>> = const { Cell::new(None) };
    /// Bytes in use of the program's heap.
    static USED: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Failing<Counting> = Failing::new(Counting, fails);

/// The figures of the program's heap now.
pub(crate) fn figures() -> vellum_scenarios::Heap {
    vellum_scenarios::Heap {
        used: USED.get(),
        peak: 0,
        peak_if_moved: 0,
        allocations: 0,
        largest: 0,
    }
}

/// As `Platform::fail_allocations`.
pub(crate) fn fail_allocations(on: &'static StaticBuffer, count: Option<usize>) -> usize {
    let failing = count.map(|count| (on, 0, count));
    FAILING.replace(failing).map_or(0, |(_, made, _)| made)
}

fn fails() -> bool {
    let Some((on, made, count)) = FAILING.get() else { return false };
    if !is_on(on) {
        return false;
    }
    FAILING.set(Some((on, made + 1, count)));
    made >= count
}

// SAFETY: every call goes on to the system's allocator as it is. The other methods do what they do by
// these two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        USED.set(USED.get().wrapping_add(layout.size()));
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        USED.set(USED.get().wrapping_sub(layout.size()));
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.dealloc(block, layout) }
    }
}
