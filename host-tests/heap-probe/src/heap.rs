//! The heap, counted. While something is measured, its blocks are in an arena like a chip's heap.

use super::arena::{Arenas, Placing};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::UnsafeCell,
    ptr::{self, NonNull},
};

struct Heap(UnsafeCell<State>);

struct State {
    arenas: Arenas,
    /// Whether blocks are placed in one, and in which.
    placing: Option<Placing>,
    live: usize,
    asked: Level,
    placed: Level,
    /// How far the arena is used: the end of the last block, and the last that any had; or what is not in
    /// the gap of one with two ends.
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
        self.set(self.now + bytes);
    }

    fn set(&mut self, now: usize) {
        self.now = now;
        self.most = self.most.max(now);
    }
}

#[expect(unsafe_code, reason = "an allocator is shared by everything")]
// SAFETY: the program has one thread.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(State {
    arenas: Arenas::new(),
    placing: None,
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
    fn taken(&mut self, block: *mut u8, size: usize) {
        self.asked.add(size);
        self.placed.add(placed(size));
        self.live += usize::from(self.arenas.of(block).is_some());
    }

    fn given(&mut self, block: *mut u8, size: usize) {
        self.asked.now -= size;
        self.placed.now -= placed(size);
        self.live -= usize::from(self.arenas.of(block).is_some());
    }

    /// Notes how far an arena with two ends is used, or how far the other one has ever been.
    fn note_extent(&mut self, placing: Placing, extent: usize) {
        let now = match placing {
            Placing::OneEnded => self.extent.now.max(extent),
            Placing::TwoEnded => extent,
        };
        self.extent.set(now);
    }
}

#[expect(unsafe_code, reason = "an allocator is unsafe to implement")]
// SAFETY: everything is left to the system's allocator, or to that of an arena.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        with(|state| {
            let block = if let Some(placing) = state.placing {
                let block = state.arenas.allocate(placing, layout);
                let extent = state.arenas.extent(placing, block, layout.size());
                state.note_extent(placing, extent);
                block.map_or(ptr::null_mut(), NonNull::as_ptr)
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
            match NonNull::new(block).zip(state.arenas.of(block)) {
                Some((inner, placing)) => {
                    // SAFETY: it is a block of the arena with this alignment.
                    unsafe { state.arenas.deallocate(placing, inner, layout.align()) };
                    let extent = state.arenas.extent(placing, None, 0);
                    state.note_extent(placing, extent);
                }
                // SAFETY: the caller's promise is passed on.
                None => unsafe { System.dealloc(block, layout) },
            }
        });
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(new) = Layout::from_size_align(size, layout.align()) else { return ptr::null_mut() };
        with(|state| {
            let moved = match NonNull::new(block).zip(state.arenas.of(block)) {
                Some((inner, placing)) => {
                    // SAFETY: it is a block of the arena with this alignment.
                    let (moved, extent) = unsafe { state.arenas.reallocate(placing, inner, new) };
                    state.note_extent(placing, extent);
                    let extent = state.arenas.extent(placing, moved, size);
                    state.note_extent(placing, extent);
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
            for level in [&mut state.asked, &mut state.placed, &mut state.extent] {
                level.most = level.now;
            }
            Self([state.asked.now, state.placed.now, state.extent.now])
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
    pub(crate) fn new(placing: Placing) -> Self {
        let fresh = with(|state| !state.arenas.is_there(placing)).then(Arenas::room);
        with(|state| {
            assert_eq!(state.live, 0, "the arena is not empty");
            if let Some(room) = fresh {
                state.arenas.start(placing, room);
            }
            state.extent = Level::ZERO;
            state.placing = Some(placing);
        });
        Self
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        with(|state| state.placing = None);
    }
}
