//! Where blocks are placed.

#![expect(unsafe_code, reason = "an allocator is unsafe to use")]

use core::{alloc::Layout, ptr::NonNull};
use two_ended_heap::{End, Heap};

const WORDS: usize = 2048;

fn heap(memory: &mut [u64; WORDS]) -> Heap {
    let mut heap = Heap::new();
    let memory = NonNull::slice_from_raw_parts(NonNull::from(memory).cast(), WORDS * 8);
    // SAFETY: the memory outlives the heap, and nobody else has it.
    unsafe { heap.start(memory) };
    heap
}

fn bytes(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("it is small")
}

#[test]
fn what_grows_leaves_one_piece_when_it_is_freed() {
    let mut memory = [0; WORDS];
    let mut heap = heap(&mut memory);
    let mut growing: Vec<_> =
        (0..4).map(|_| heap.allocate(bytes(16), End::Low).expect("there is room")).collect();
    let mut kept = Vec::new();
    for size in [32, 64, 128, 256, 512, 1024] {
        for block in &mut growing {
            // SAFETY: the block is the heap's.
            let resized = unsafe { heap.reallocate(*block, bytes(size)) };
            *block = resized.expect("there is room").block;
            kept.push(heap.allocate(bytes(100), End::Low).expect("there is room"));
        }
    }
    for block in growing {
        // SAFETY: the block is the heap's.
        unsafe { heap.deallocate(block) };
    }
    // Holes at the low end are no larger than the blocks that have grown out of them.
    assert!(heap.gap().len() >= WORDS * 8 - 24 * 112 - 4 * 512);
    for block in kept {
        // SAFETY: the block is the heap's.
        unsafe { heap.deallocate(block) };
    }
    assert_eq!(heap.largest_free(), WORDS * 8 - 8);
}

#[test]
fn what_stays_fills_the_holes_that_grown_blocks_leave() {
    let mut memory = [0; WORDS];
    let mut heap = heap(&mut memory);
    let [left, _behind] =
        [(); 2].map(|()| heap.allocate(bytes(1_000), End::High).expect("there is room"));
    // SAFETY: the block is the heap's.
    unsafe { heap.deallocate(left) };
    let gap = heap.gap().len();
    for _ in 0..9 {
        heap.allocate(bytes(100), End::Low).expect("there is room");
    }
    assert_eq!(heap.gap().len(), gap);
    heap.allocate(bytes(100), End::Low).expect("there is room");
    assert_eq!(heap.gap().len(), gap - 112);
    // What grows goes to a hole of the low end only where there is nothing else.
    let small = heap.allocate(bytes(600), End::Low).expect("there is room");
    heap.allocate(bytes(8), End::Low).expect("there is room");
    // SAFETY: the block is the heap's.
    unsafe { heap.deallocate(small) };
    assert!(heap.allocate(bytes(600), End::High).expect("there is room") > small);
    heap.allocate(bytes(heap.gap().len() - 16), End::High).expect("there is room");
    assert_eq!(heap.allocate(bytes(600), End::High), Some(small));
    heap.check().expect("the heap is whole");
}

#[test]
fn the_last_block_at_the_high_end_grows_where_it_is() {
    let mut memory = [0; WORDS];
    let mut heap = heap(&mut memory);
    let block = heap.allocate(bytes(100), End::High).expect("there is room");
    // SAFETY: the block is the heap's.
    let resized = unsafe { heap.reallocate(block, bytes(16_000)) }.expect("there is room");
    assert!(!resized.was_copied);
    assert_eq!(heap.free_bytes(), WORDS * 8 - 16_008);
}

#[test]
fn a_block_at_the_high_end_grows_into_what_is_free_on_both_sides() {
    let mut memory = [0; WORDS];
    let mut heap = heap(&mut memory);
    let [behind, block, before, _last] =
        [(); 4].map(|()| heap.allocate(bytes(1_000), End::High).expect("there is room"));
    for free in [behind, before] {
        // SAFETY: the block is the heap's.
        unsafe { heap.deallocate(free) };
    }
    // SAFETY: the block is the heap's.
    let resized = unsafe { heap.reallocate(block, bytes(3_008)) }.expect("there is room");
    assert_eq!((resized.block, resized.was_copied), (before, false));
    heap.check().expect("the heap is whole");
}

#[test]
fn a_block_at_the_low_end_that_can_not_move_grows_where_it_is() {
    let mut memory = [0; WORDS];
    let mut heap = heap(&mut memory);
    let block = heap.allocate(bytes(9_000), End::Low).expect("there is room");
    // SAFETY: the block is the heap's.
    let resized = unsafe { heap.reallocate(block, bytes(16_000)) }.expect("there is room");
    assert_eq!((resized.block, resized.was_copied), (block, false));
}

#[test]
fn a_block_that_fits_no_free_piece_is_refused() {
    let mut memory = [0; WORDS];
    let mut heap = heap(&mut memory);
    assert_eq!(heap.allocate(bytes(WORDS * 8 - 7), End::Low), None);
    assert_eq!(heap.allocate(bytes(isize::MAX as usize & !7), End::High), None);
    assert_eq!(Heap::new().allocate(bytes(1), End::Low), None);
    let all = heap.allocate(bytes(WORDS * 8 - 8), End::High).expect("there is room");
    assert_eq!((heap.free_bytes(), heap.largest_free()), (0, 0));
    // SAFETY: the block is the heap's.
    assert_eq!(unsafe { heap.reallocate(all, bytes(WORDS * 8)) }, None);
}
