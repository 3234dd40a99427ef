//! A global allocator that counts, and fails when it is asked to.
#![expect(unsafe_code, reason = "a global allocator is an unsafe trait")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use vellum::{Heap, StaticBuffer};

thread_local! {
    /// The bytes of the stack whose allocations fail, how many were made, and how many succeed.
    static FAILING: Cell<Option<(usize, usize, usize, usize)>> = const { Cell::new(None) };
    /// Bytes in use of the program's heap.
    static USED: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

struct Failing(Heap<Counting>);

#[global_allocator]
static ALLOCATOR: Failing = Failing(Heap::new(Counting));

/// The figures of the program's heap now.
pub(crate) fn figures() -> vellum_scenarios::Heap {
    vellum_scenarios::Heap { used: USED.get(), peak: 0, allocations: 0, largest: 0 }
}

/// As `Platform::fail_allocations`.
pub(crate) fn fail_allocations(on: &'static StaticBuffer, count: Option<usize>) -> usize {
    let start = (&raw const *on).cast::<u8>().addr();
    let failing = count.map(|count| (start, size_of_val(on), 0, count));
    FAILING.replace(failing).map_or(0, |(_, _, made, _)| made)
}

fn fails() -> bool {
    let Some((start, length, made, count)) = FAILING.get() else { return false };
    let here = 0u8;
    if (&raw const here).addr().wrapping_sub(start) >= length {
        return false;
    }
    FAILING.set(Some((start, length, made + 1, count)));
    made >= count
}

/// More than any buffer has.
const TOO_MUCH: Layout = Layout::new::<[u8; 1 << 30]>();

// SAFETY: all requests go to an allocator, those that are to fail as one for which there is no room.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let layout = if fails() { TOO_MUCH } else { layout };
        // SAFETY: as the caller promises, or of a block that there is not.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { self.0.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if fails() {
            // SAFETY: of a block that there is not.
            return unsafe { self.0.alloc(TOO_MUCH) };
        }
        // SAFETY: as the caller promises.
        unsafe { self.0.realloc(block, layout, size) }
    }
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
