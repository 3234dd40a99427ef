//! The global allocator of a program with compartments.

#![expect(unsafe_code, reason = "a global allocator is an unsafe trait over raw memory")]

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::{self, NonNull};

use crate::registry;

/// The global allocator of a program with compartments: on a compartment's stack it allocates from the
/// compartment's heap, everywhere else, and in interrupt handlers, from that of the program, which `A`
/// is. A block goes back to where it came from.
///
/// ```
/// use std::alloc::System;
/// use vellum_compartment::Heap;
///
/// #[global_allocator]
/// static HEAP: Heap<System> = Heap::new(System);
///
/// assert_eq!(Box::new(42).to_string(), "42");
/// ```
#[derive(Debug)]
pub struct Heap<A> {
    program: A,
}

impl<A> Heap<A> {
    /// The allocator of a program whose own heap is `program`.
    pub const fn new(program: A) -> Self {
        Self { program }
    }

    /// The program's own heap.
    pub const fn program(&self) -> &A {
        &self.program
    }
}

// SAFETY: each request goes to one allocator, that of a compartment or the program's own; a block goes
// back to the one of whose bytes it is, which are nobody else's.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Heap<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match registry::current() {
            Some(routine) => routine.allocate(layout).as_ptr(),
            // SAFETY: as the caller promises.
            None => unsafe { self.program.alloc(layout) },
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match (registry::owner(block), NonNull::new(block)) {
            // SAFETY: as the caller promises, and it is that compartment's.
            (Some(routine), Some(block)) => unsafe { routine.deallocate(block, layout) },
            // SAFETY: as the caller promises.
            _ => unsafe { self.program.dealloc(block, layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let (Some(routine), Some(old)) = (registry::owner(block), NonNull::new(block)) else {
            // SAFETY: as the caller promises.
            return unsafe { self.program.realloc(block, layout, new_size) };
        };
        let Ok(new) = Layout::from_size_align(new_size, layout.align()) else {
            return ptr::null_mut();
        };
        let is_inside = registry::current().is_some_and(|current| ptr::eq(current, routine));
        if is_inside {
            routine.before_allocation();
        }
        // SAFETY: as the caller promises, and it is that compartment's.
        match unsafe { routine.reallocate(old, layout, new) } {
            Some(block) => block.as_ptr(),
            None if is_inside => routine.fail_for_heap(new_size),
            None => ptr::null_mut(),
        }
    }
}
