//! An allocator that fails when a test asks it to.

#![expect(unsafe_code, reason = "a global allocator is an unsafe trait")]

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::Cell,
};

use critical_section::Mutex;
use vellum::{Heap, StaticBuffer};

/// Allocations on the stack that lies in a buffer.
#[derive(Clone, Copy)]
struct Allocations {
    start: usize,
    length: usize,
    made: usize,
    /// How many succeed.
    count: usize,
}

static ALLOCATIONS: Mutex<Cell<Option<Allocations>>> = Mutex::new(Cell::new(None));

/// As [`Platform::fail_allocations`](vellum_scenarios::Platform::fail_allocations).
pub(crate) fn fail(on: &'static StaticBuffer, count: Option<usize>) -> usize {
    let start = (&raw const *on).cast::<u8>().addr();
    let allocations =
        count.map(|count| Allocations { start, length: size_of_val(on), made: 0, count });
    let before = critical_section::with(|section| ALLOCATIONS.borrow(section).replace(allocations));
    before.map_or(0, |before| before.made)
}

/// Whether the allocation at hand is to fail.
fn fails() -> bool {
    critical_section::with(|section| {
        let allocations = ALLOCATIONS.borrow(section);
        let Some(mut counted) = allocations.get() else { return false };
        let here = 0u8;
        if (&raw const here).addr().wrapping_sub(counted.start) >= counted.length {
            return false;
        }
        counted.made += 1;
        allocations.set(Some(counted));
        counted.made > counted.count
    })
}

/// More than any chip has.
const TOO_MUCH: Layout = Layout::new::<[u8; 1 << 30]>();

/// A heap that refuses what it is asked to refuse, as if there was no room for it.
pub(crate) struct Failing<A>(Heap<A>);

impl<A> Failing<A> {
    pub(crate) const fn new(program: A) -> Self {
        Self(Heap::new(program))
    }

    pub(crate) fn program(&self) -> &A {
        self.0.program()
    }
}

// SAFETY: all requests go to an allocator, those that are to fail as one for which there is no room.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Failing<A> {
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
