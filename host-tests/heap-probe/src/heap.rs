//! The heap, counted. While something is measured, its blocks are in an arena like a chip's heap.

use rlsf::Tlsf;
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::UnsafeCell,
    mem::MaybeUninit,
    ptr::{self, NonNull},
};

/// As the boards' heap, for larger blocks.
type Allocator = Tlsf<'static, u32, u16, 24, 16>;

/// Bytes of the arena.
const ROOM: usize = 96 << 20;

struct Heap(UnsafeCell<State>);

struct State {
    arena: Allocator,
    /// Where the arena is, once it has been asked for.
    start: usize,
    /// Whether blocks are placed in it.
    is_on: bool,
    live: usize,
    asked: Level,
    placed: Level,
    /// The end of the last block in the arena, and the last that any had.
    extent: Level,
}

#[derive(Clone, Copy)]
struct Level {
    now: usize,
    most: usize,
}

impl Level {
    const ZERO: Self = Self { now: 0, most: 0 };

    fn add(&mut self, bytes: usize) {
        self.now += bytes;
        self.most = self.most.max(self.now);
    }
}

#[expect(unsafe_code, reason = "an allocator is shared by everything")]
// SAFETY: the program has one thread.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(State {
    arena: Allocator::new(),
    start: 0,
    is_on: false,
    live: 0,
    asked: Level::ZERO,
    placed: Level::ZERO,
    extent: Level::ZERO,
}));

#[expect(unsafe_code, reason = "an allocator is shared by everything")]
fn with<R>(f: impl FnOnce(&mut State) -> R) -> R {
    // SAFETY: the program has one thread, and no `f` allocates from this heap.
    f(unsafe { &mut *HEAP.0.get() })
}

/// What an allocator makes of a size.
fn placed(size: usize) -> usize {
    (size + 8).next_multiple_of(16)
}

impl State {
    fn has(&self, block: *mut u8) -> bool {
        (self.start..self.start + ROOM).contains(&block.addr()) && self.start != 0
    }

    fn taken(&mut self, block: *mut u8, size: usize) {
        self.asked.add(size);
        self.placed.add(placed(size));
        if self.has(block) {
            self.live += 1;
            self.extent.most = self.extent.most.max(block.addr() + size);
        }
    }

    fn given(&mut self, block: *mut u8, size: usize) {
        self.asked.now -= size;
        self.placed.now -= placed(size);
        self.live -= usize::from(self.has(block));
    }
}

#[expect(unsafe_code, reason = "an allocator is unsafe to implement")]
// SAFETY: everything is left to the system's allocator, or to that of the arena.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        with(|state| {
            let block = if state.is_on {
                state.arena.allocate(layout).map_or(ptr::null_mut(), NonNull::as_ptr)
            } else {
                // SAFETY: the caller's promise is passed on.
                unsafe { System.alloc(layout) }
            };
            state.taken(block, layout.size());
            block
        })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        with(|state| {
            state.given(block, layout.size());
            match NonNull::new(block) {
                Some(inner) if state.has(block) => {
                    // SAFETY: it is a block of the arena with this alignment.
                    unsafe { state.arena.deallocate(inner, layout.align()) }
                }
                // SAFETY: the caller's promise is passed on.
                _ => unsafe { System.dealloc(block, layout) },
            }
        });
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(new) = Layout::from_size_align(size, layout.align()) else { return ptr::null_mut() };
        with(|state| {
            let moved = match NonNull::new(block) {
                Some(inner) if state.has(block) => {
                    // SAFETY: it is a block of the arena with this alignment.
                    let moved = unsafe { state.arena.reallocate(inner, new) };
                    moved.map_or(ptr::null_mut(), NonNull::as_ptr)
                }
                // SAFETY: the caller's promise is passed on.
                _ => unsafe { System.realloc(block, layout, size) },
            };
            // A block that is moved is there twice for a moment, as where the next one is taken.
            state.taken(moved, size);
            state.given(block, layout.size());
            moved
        })
    }
}

/// What is taken from here on.
pub(crate) struct Since([usize; 3]);

impl Since {
    pub(crate) fn now() -> Self {
        with(|state| {
            state.asked.most = state.asked.now;
            state.placed.most = state.placed.now;
            // What there is reaches up to here.
            let end = state.extent.most;
            Self([state.asked.now, state.placed.now, end])
        })
    }

    /// The most that was asked for at one time, what there is now, the most as an allocator counts
    /// it, and by how much the arena's part in use has grown.
    pub(crate) fn taken(&self) -> [u32; 4] {
        let Self([asked, placed, end]) = *self;
        with(|state| {
            [
                difference(state.asked.most, asked),
                difference(state.asked.now, asked),
                difference(state.placed.most, placed),
                difference(state.extent.most, end),
            ]
        })
    }
}

fn difference(now: usize, then: usize) -> u32 {
    u32::try_from(now.saturating_sub(then)).unwrap_or(u32::MAX)
}

/// Blocks are placed in an empty arena while this is there.
pub(crate) struct Arena;

impl Arena {
    pub(crate) fn new() -> Self {
        let fresh = with(|state| state.start == 0).then(|| {
            let room: &'static mut [MaybeUninit<u8>] = Box::leak(Box::new_uninit_slice(ROOM));
            room
        });
        with(|state| {
            assert_eq!(state.live, 0, "the arena is not empty");
            if let Some(room) = fresh {
                state.start = room.as_ptr().addr();
                state.arena.insert_free_block(room);
            }
            state.extent.most = state.start;
            state.is_on = true;
        });
        Self
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        with(|state| state.is_on = false);
    }
}
