//! A compartment whose heap has room for so many allocations and no more.

use crate::suite;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use vellum::{Heap, StaticBuffer};

#[global_allocator]
static HEAP: Failing = Failing(Heap::new(System));

/// Bytes of the native stack: code that is not optimised takes much.
pub(crate) const STACK: usize = 1024 * 1024;

pub(crate) type Buffer = StaticBuffer<[u8; 2 * 1024 * 1024]>;

thread_local! {
    /// How many allocations are made until one fails, in the compartment that has this buffer.
    static LEFT: Cell<Option<(usize, usize)>> = const { Cell::new(None) };
    /// How many bytes of the system's heap this thread has.
    static HELD: Cell<isize> = const { Cell::new(0) };
}

struct Failing(Heap<System>);

/// Whether a frame of the caller lies in the buffer at `start`.
pub(crate) fn is_inside(start: usize) -> bool {
    let here = 0u8;
    (&raw const here).addr().wrapping_sub(start) < size_of::<Buffer>()
}

/// Whether the allocation at hand is the one that fails.
fn fails() -> bool {
    let Some((start, left)) = LEFT.get() else { return false };
    if !is_inside(start) {
        return false;
    }
    LEFT.set(Some((start, left.saturating_sub(1))));
    left == 0
}

/// More than any compartment has.
const TOO_MUCH: Layout = Layout::new::<[u8; 1 << 30]>();

/// Bytes of the system's heap that this thread has more than it had.
pub(crate) fn held() -> isize {
    HELD.get()
}

/// Does `f` while all allocations in the compartment of `buffer` but the first `count` fail, and tells
/// how many were made.
pub(crate) fn within<R>(
    buffer: &'static Buffer,
    count: usize,
    f: impl FnOnce() -> R,
) -> (R, usize) {
    LEFT.set(Some(((&raw const *buffer).addr(), count)));
    let result = f();
    let left = LEFT.take().map_or(0, |(_, left)| left);
    (result, count - left)
}

// SAFETY: all requests go to a heap that is one, but those which ask for more than there is.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let layout = if fails() { TOO_MUCH } else { layout };
        // SAFETY: as the caller promises, or of a block that there is not.
        let block = unsafe { self.0.alloc(layout) };
        count(block, layout.size().cast_signed());
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(block, -layout.size().cast_signed());
        // SAFETY: as the caller promises.
        unsafe { self.0.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if fails() {
            // SAFETY: of a block that there is not.
            return unsafe { self.0.alloc(TOO_MUCH) };
        }
        // SAFETY: as the caller promises.
        let moved = unsafe { self.0.realloc(block, layout, size) };
        count(moved, size.cast_signed() - layout.size().cast_signed());
        moved
    }
}

/// Counts a block of the system's heap.
fn count(block: *mut u8, bytes: isize) {
    let is_arena = BUFFERS
        .iter()
        .chain(&suite::BUFFERS)
        .any(|buffer| block.addr().wrapping_sub((&raw const *buffer).addr()) < size_of::<Buffer>());
    if !is_arena {
        HELD.set(HELD.get() + bytes);
    }
}

/// One for each test.
pub(crate) static BUFFERS: [Buffer; 14] = [const { Buffer::new() }; 14];
