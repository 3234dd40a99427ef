//! Random requests: blocks are apart, aligned and keep what was written, what is free adds up, and nothing
//! is refused that a free piece has room for.

#![expect(unsafe_code, reason = "an allocator is unsafe to use")]

use core::{alloc::Layout, ptr::NonNull};
use fastrand::Rng;
use two_ended_heap::{End, Heap};

/// A block with the byte that it is full of.
struct Block {
    at: NonNull<u8>,
    layout: Layout,
    byte: u8,
}

struct Run {
    heap: Heap,
    blocks: Vec<Block>,
    rng: Rng,
}

impl Block {
    fn fill(&self) {
        // SAFETY: the block has so many bytes, which are nobody else's.
        unsafe { self.at.write_bytes(self.byte, self.layout.size()) };
    }

    fn check(&self, bytes: usize) {
        assert_eq!(self.at.addr().get() % self.layout.align(), 0);
        // SAFETY: the block has so many bytes, which were written.
        let bytes = unsafe { core::slice::from_raw_parts(self.at.as_ptr(), bytes) };
        assert!(bytes.iter().all(|byte| *byte == self.byte));
    }
}

impl Run {
    fn layout(&mut self) -> Layout {
        let most = 1 << self.rng.u32(1..12);
        let align = if self.rng.u8(..8) == 0 { 1 << self.rng.u32(..8) } else { 8 };
        Layout::from_size_align(self.rng.usize(1..=most), align).expect("it is small")
    }

    fn step(&mut self, is_filling: bool) {
        let chosen = self.rng.usize(..self.blocks.len().max(1));
        match self.rng.u8(..10) {
            0..3 if chosen < self.blocks.len() => self.resize(chosen),
            3..6 if chosen < self.blocks.len() => self.free(chosen),
            6.. => self.allocate(),
            _ if is_filling => self.allocate(),
            _ => {}
        }
        self.heap.check().expect("the heap is whole");
    }

    fn allocate(&mut self) {
        let layout = self.layout();
        let end = if self.rng.bool() { End::Low } else { End::High };
        let largest = self.heap.largest_free();
        let free = self.heap.free_bytes();
        match self.heap.allocate(layout, end) {
            Some(at) => {
                let block = Block { at, layout, byte: self.rng.u8(..) };
                block.fill();
                self.blocks.push(block);
                assert!(self.heap.free_bytes() < free);
            }
            None => assert!(layout.size() > largest || layout.align() > 8),
        }
    }

    fn resize(&mut self, nth: usize) {
        let size = self.layout().size();
        let largest = self.heap.largest_free();
        let block = &mut self.blocks[nth];
        let layout = Layout::from_size_align(size, block.layout.align()).expect("it is small");
        // SAFETY: the block is the heap's, with this alignment.
        let resized = unsafe { self.heap.reallocate(block.at, layout) };
        let Some(resized) = resized else {
            assert!(size > block.layout.size() && (size > largest || layout.align() > 8));
            block.check(block.layout.size());
            return;
        };
        let kept = size.min(block.layout.size());
        *block = Block { at: resized.block, layout, byte: block.byte };
        block.check(kept);
        block.fill();
    }

    fn free(&mut self, nth: usize) {
        let block = self.blocks.swap_remove(nth);
        block.check(block.layout.size());
        // SAFETY: the block is the heap's.
        unsafe { self.heap.deallocate(block.at) };
    }
}

#[test]
fn random_requests() {
    let (runs, steps) = if cfg!(miri) { (3, 250) } else { (200, 4000) };
    for seed in 0..runs {
        let mut rng = Rng::with_seed(seed);
        let mut memory = vec![0u64; rng.usize(0..2000)];
        let bytes = memory.len() * 8;
        let mut heap = Heap::new();
        let pointer = NonNull::from(&mut *memory).cast();
        // SAFETY: the memory is the heap's until the end.
        unsafe { heap.start(NonNull::slice_from_raw_parts(pointer, bytes)) };
        let mut run = Run { heap, blocks: Vec::new(), rng };
        for step in 0..steps {
            run.step(step % 1000 < 500);
        }
        while let Some(last) = run.blocks.len().checked_sub(1) {
            let nth = run.rng.usize(..=last);
            run.free(nth);
        }
        assert_eq!(run.heap.free_bytes(), bytes);
        assert_eq!(run.heap.largest_free(), bytes.saturating_sub(8));
        run.heap.check().expect("the heap is whole");
    }
}
