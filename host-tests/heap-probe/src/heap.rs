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
    /// The end of the last block in the arena, and the last that any had: [`NOWHERE`] if there was no room
    /// for one.
    extent: Level,
}

/// The end of a block that an arena had no room for.
const NOWHERE: usize = usize::MAX / 2;

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

    /// Notes where in an arena a block of so many bytes ends. That says nothing of one with two ends.
    fn note(&mut self, placing: Placing, block: Option<NonNull<u8>>, size: usize) {
        let end = match (block, placing) {
            (None, _) => NOWHERE,
            (Some(_), Placing::TwoEnded) => 0,
            (Some(block), Placing::OneEnded) => {
                self.arenas.offset(placing, block.addr().get()) + size
            }
        };
        self.extent.set(self.extent.now.max(end));
    }
}

#[expect(unsafe_code, reason = "an allocator is unsafe to implement")]
// SAFETY: everything is left to the system's allocator, or to that of an arena.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        with(|state| {
            let placed = state.placing.and_then(|placing| {
                let block = state.arenas.allocate(placing, layout);
                state.note(placing, block, layout.size());
                block
            });
            let block = match placed {
                Some(block) => block.as_ptr(),
                // SAFETY: the caller's promise is passed on.
                None => unsafe { System.alloc(layout) },
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
                    let moved = unsafe { state.arenas.reallocate(placing, inner, new) };
                    state.note(placing, moved, size);
                    if let Some(moved) = moved {
                        moved.as_ptr()
                    } else {
                        // SAFETY: so many bytes are in both blocks, and the old one is not used any more.
                        unsafe {
                            let moved = System.alloc(new);
                            moved.copy_from_nonoverlapping(block, layout.size().min(size));
                            state.arenas.deallocate(placing, inner, layout.align());
                            moved
                        }
                    }
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

/// As long as this is there, an arena with two ends has a gap for one block of so many bytes, and no more.
pub(crate) struct Granted(Option<NonNull<u8>>);

impl Granted {
    pub(crate) fn new(bytes: u32) -> Self {
        Self(with(|state| match state.placing {
            Some(Placing::TwoEnded) => state.arenas.all_but(bytes as usize),
            _ => None,
        }))
    }
}

impl Drop for Granted {
    #[expect(unsafe_code, reason = "an allocator is given its blocks back")]
    fn drop(&mut self) {
        if let Some(rest) = self.0 {
            // SAFETY: it is a block of that arena, which nobody uses.
            with(|state| unsafe { state.arenas.deallocate(Placing::TwoEnded, rest, 1) });
        }
    }
}
