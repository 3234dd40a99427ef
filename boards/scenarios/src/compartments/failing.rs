//! An allocator that fails when it is asked to.

#![expect(unsafe_code, reason = "a global allocator is an unsafe trait")]

use core::alloc::{GlobalAlloc, Layout};

use vellum::{Heap, StaticBuffer};

/// More than any compartment has.
const TOO_MUCH: Layout = Layout::new::<[u8; 1 << 30]>();

/// A heap that refuses what it is to refuse, as if there was no room for it.
#[derive(Debug)]
pub struct Failing<A> {
    heap: Heap<A>,
    fails: fn() -> bool,
}

impl<A> Failing<A> {
    /// The allocator of a program whose own heap is `program`, where an allocation or reallocation fails
    /// if `fails` says so, which is asked once for each.
    pub const fn new(program: A, fails: fn() -> bool) -> Self {
        Self { heap: Heap::new(program), fails }
    }

    /// The program's own heap.
    pub const fn program(&self) -> &A {
        self.heap.program()
    }
}

/// Whether the caller's stack lies in the buffer.
pub fn is_on(buffer: &'static StaticBuffer) -> bool {
    let here = 0u8;
    let start = (&raw const *buffer).cast::<u8>().addr();
    (&raw const here).addr().wrapping_sub(start) < size_of_val(buffer)
}

// SAFETY: all requests go to an allocator, those that are to fail as one for which there is no room.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Failing<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let layout = if (self.fails)() { TOO_MUCH } else { layout };
        // SAFETY: as the caller promises, or of a block that there is not.
        unsafe { self.heap.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { self.heap.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if (self.fails)() {
            // SAFETY: of a block that there is not.
            return unsafe { self.heap.alloc(TOO_MUCH) };
        }
        // SAFETY: as the caller promises.
        unsafe { self.heap.realloc(block, layout, new_size) }
    }
}
