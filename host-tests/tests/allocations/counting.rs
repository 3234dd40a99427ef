//! A global allocator that counts what the current thread takes from it.
#![expect(unsafe_code, reason = "a global allocator is an unsafe trait")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    ptr,
};

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
    static TOTAL: Cell<usize> = const { Cell::new(0) };
    static LARGEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

fn taken(bytes: usize) {
    COUNT.set(COUNT.get() + 1);
    TOTAL.set(TOTAL.get() + bytes);
    LIVE.set(LIVE.get() + bytes.cast_signed());
    PEAK.set(PEAK.get().max(LIVE.get()));
}

fn given_back(bytes: usize) {
    LIVE.set(LIVE.get() - bytes.cast_signed());
}

// SAFETY: every call goes on to the system's allocator as it is; counting touches only cells of
// the thread, which need no initialisation and no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > LARGEST.get() {
            return ptr::null_mut();
        }
        taken(layout.size());
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        given_back(layout.size());
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size > LARGEST.get() {
            return ptr::null_mut();
        }
        given_back(layout.size());
        taken(size);
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// What a piece of code took from the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// How many times.
    pub(crate) count: usize,
    /// Bytes, however long it had them.
    pub(crate) total: usize,
    /// Bytes that it still has.
    pub(crate) kept: isize,
    /// Bytes that it had at most.
    pub(crate) peak: isize,
}

/// Runs `f` and tells what it took.
pub(crate) fn measure<R>(f: impl FnOnce() -> R) -> (R, Taken) {
    let (count, total, live) = (COUNT.get(), TOTAL.get(), LIVE.get());
    PEAK.set(live);
    let result = f();
    let taken = Taken {
        count: COUNT.get() - count,
        total: TOTAL.get() - total,
        kept: LIVE.get() - live,
        peak: PEAK.get() - live,
    };
    (result, taken)
}

/// Runs `f` while the heap has no piece of more than so many bytes.
pub(crate) fn in_pieces_of<R>(largest: usize, f: impl FnOnce() -> R) -> R {
    LARGEST.set(largest);
    let result = f();
    LARGEST.set(usize::MAX);
    result
}

/// Runs `f`, which must take nothing.
pub(crate) fn without<R>(f: impl FnOnce() -> R) -> R {
    let (result, taken) = measure(f);
    assert_eq!(taken.count, 0, "{taken:?}");
    result
}
