//! Arenas in which blocks are placed as in a chip's heap.

use rlsf::Tlsf;
use std::{alloc::Layout, mem::MaybeUninit, ptr::NonNull};
use two_ended_heap::{End, Heap};

/// Bytes of an arena.
const ROOM: usize = 96 << 20;

/// As the heap of most boards, for larger blocks.
type OneEnded = Tlsf<'static, u32, u16, 24, 16>;

/// What places blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placing {
    /// The heap of most boards.
    OneEnded,
    /// That of boards whose pages share a region with it.
    TwoEnded,
}

/// An arena for each.
pub(crate) struct Arenas {
    one_ended: OneEnded,
    two_ended: Heap,
    /// Where they are, once they have been asked for.
    starts: [Option<usize>; 2],
}

impl Arenas {
    pub(crate) const fn new() -> Self {
        Self { one_ended: OneEnded::new(), two_ended: Heap::new(), starts: [None; 2] }
    }

    pub(crate) fn is_there(&self, placing: Placing) -> bool {
        self.starts[placing as usize].is_some()
    }

    #[expect(unsafe_code, reason = "an allocator is given memory")]
    pub(crate) fn start(&mut self, placing: Placing, room: &'static mut [MaybeUninit<u8>]) {
        self.starts[placing as usize] = Some(room.as_ptr().addr());
        match placing {
            Placing::OneEnded => {
                self.one_ended.insert_free_block(room);
            }
            Placing::TwoEnded => {
                let room = NonNull::slice_from_raw_parts(NonNull::from(&mut *room).cast(), ROOM);
                // SAFETY: the room was given away for ever.
                unsafe { self.two_ended.start(room) };
            }
        }
    }

    /// The arena that a block is in.
    pub(crate) fn of(&self, block: *mut u8) -> Option<Placing> {
        [Placing::OneEnded, Placing::TwoEnded].into_iter().find(|placing| {
            let start = self.starts[*placing as usize];
            start.is_some_and(|start| (start..start + ROOM).contains(&block.addr()))
        })
    }

    pub(crate) fn allocate(&mut self, placing: Placing, layout: Layout) -> Option<NonNull<u8>> {
        match placing {
            Placing::OneEnded => self.one_ended.allocate(layout),
            Placing::TwoEnded => self.two_ended.allocate(layout, End::Low),
        }
    }

    /// # Safety
    ///
    /// It is a block of that arena with this alignment, which nobody uses any more.
    #[expect(unsafe_code, reason = "an allocator is given its blocks back")]
    pub(crate) unsafe fn deallocate(&mut self, placing: Placing, block: NonNull<u8>, align: usize) {
        match placing {
            // SAFETY: the caller's promise is passed on.
            Placing::OneEnded => unsafe { self.one_ended.deallocate(block, align) },
            // SAFETY: the caller's promise is passed on.
            Placing::TwoEnded => unsafe { self.two_ended.deallocate(block) },
        }
    }

    /// The block with its new size.
    ///
    /// # Safety
    ///
    /// It is a block of that arena with the alignment of the layout, which has its new size.
    #[expect(unsafe_code, reason = "an allocator is given its blocks back")]
    pub(crate) unsafe fn reallocate(
        &mut self,
        placing: Placing,
        block: NonNull<u8>,
        layout: Layout,
    ) -> Option<NonNull<u8>> {
        match placing {
            // SAFETY: the caller's promise is passed on.
            Placing::OneEnded => unsafe { self.one_ended.reallocate(block, layout) },
            Placing::TwoEnded => {
                // SAFETY: the caller's promise is passed on.
                unsafe { self.two_ended.reallocate(block, layout) }.map(|resized| resized.block)
            }
        }
    }

    /// Where in the arena that address is.
    pub(crate) fn offset(&self, placing: Placing, address: usize) -> usize {
        address - self.starts[placing as usize].unwrap_or(address)
    }

    /// A block that leaves no more of the gap between two ends than is large enough for one block of so many
    /// bytes.
    pub(crate) fn all_but(&mut self, bytes: usize) -> Option<NonNull<u8>> {
        const HEADER: usize = 8;
        let left = bytes.checked_next_multiple_of(HEADER)?.checked_add(2 * HEADER)?;
        let taken = self.two_ended.gap().len().checked_sub(left)?;
        self.two_ended.allocate(Layout::from_size_align(taken, 1).ok()?, End::High)
    }

    /// A room for an arena, given away for ever.
    pub(crate) fn room() -> &'static mut [MaybeUninit<u8>] {
        Box::leak(Box::new_uninit_slice(ROOM))
    }
}
