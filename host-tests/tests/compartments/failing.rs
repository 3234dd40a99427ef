//! A compartment whose heap has room for so many allocations and no more.

use crate::suite;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;
use vellum::{Engine, Error, StaticBuffer};
use vellum_scenarios::compartments::failing::{Failing, is_on};

#[global_allocator]
static HEAP: Counting = Counting(Failing::new(System, fails));

/// Bytes of the native stack: code that is not optimised takes much.
pub(crate) const STACK: usize = 1024 * 1024;

pub(crate) type Buffer = StaticBuffer<[u8; 2 * 1024 * 1024]>;

thread_local! {
    /// How many allocations are made until one fails, in the compartment that has this buffer.
    static LEFT: Cell<Option<(&'static Buffer, usize)>> = const { Cell::new(None) };
    /// How many bytes of the system's heap this thread has.
    static HELD: Cell<isize> = const { Cell::new(0) };
}

struct Counting(Failing<System>);

/// Whether the allocation at hand is the one that fails.
fn fails() -> bool {
    let Some((buffer, left)) = LEFT.get() else { return false };
    if !is_on(buffer) {
        return false;
    }
    LEFT.set(Some((buffer, left.saturating_sub(1))));
    left == 0
}

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
    LEFT.set(Some((buffer, count)));
    let result = f();
    let left = LEFT.take().map_or(0, |(_, left)| left);
    (result, count - left)
}

// SAFETY: all requests go to an allocator as they are, and are counted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
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
        // SAFETY: as the caller promises.
        let moved = unsafe { self.0.realloc(block, layout, size) };
        count(moved, size.cast_signed() - layout.size().cast_signed());
        moved
    }
}

/// Lets each allocation of a life fail that is made in the compartment of `buffer`: that is an error, and nothing
/// of the embedder's is lost, which owns a `W`. `ended` looks at it when all else is gone.
pub(crate) fn each_fails<W: Default>(
    buffer: &'static Buffer,
    engine: impl Fn() -> Engine,
    expected: i32,
    life: impl Fn(&Engine, &Arc<W>) -> Result<i32, Error>,
    ended: impl Fn(&W),
) {
    let live = |count| {
        let owned = Arc::<W>::default();
        let (before, engine) = (held(), engine());
        let (lived, made) = within(buffer, count, || life(&engine, &owned));
        drop(engine);
        assert_eq!((held() - before, Arc::strong_count(&owned)), (0, 1), "{count}");
        ended(&owned);
        match lived {
            Ok(sum) => assert_eq!(sum, expected),
            Err(Error::OutOfHeap { .. }) => assert_eq!(made, count),
            Err(error) => panic!("{count}: {error}"),
        }
        made
    };
    let count = live(usize::MAX / 2);
    assert!(count > 30, "{count}");
    for fails in 0..count {
        assert_eq!(live(fails), fails, "it ends where it fails");
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
pub(crate) static BUFFERS: [Buffer; 32] = [const { Buffer::new() }; 32];
