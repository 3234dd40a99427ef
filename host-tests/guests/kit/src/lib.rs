//! What the tests of vellum-guest call.

#![no_std]

extern crate alloc;

use alloc::{format, string::String, vec, vec::Vec};
use core::arch::wasm32::{memory_grow, memory_size};
use core::hint::black_box;
use vellum_guest::log;

#[unsafe(no_mangle)]
extern "C" fn log_lines(number: i32) {
    log!("constant");
    log!("{number} and {:?}", "é");
    log!("{}", "0123456789".repeat(13));
    vellum_guest::log("0123456789".repeat(13).as_str());
}

#[unsafe(no_mangle)]
extern "C" fn index(at: usize) -> i32 {
    black_box([1, 2, 3])[at]
}

#[unsafe(no_mangle)]
extern "C" fn fail() {
    panic!("no sensor");
}

#[unsafe(no_mangle)]
extern "C" fn fail_at_length() {
    panic!("{}", "0123456789".repeat(13));
}

/// The sum of a vector that grows, as a text's length and a number.
#[unsafe(no_mangle)]
extern "C" fn collect(count: u32) -> u32 {
    let mut numbers = Vec::new();
    let mut text = String::new();
    for number in 0..count {
        numbers.push(number);
        text.push_str(&format!("{number},"));
    }
    numbers.iter().sum::<u32>() + text.len() as u32
}

/// A vector of so many bytes, filled and summed.
#[unsafe(no_mangle)]
extern "C" fn fill(bytes: usize) -> u32 {
    black_box(vec![1_u8; bytes]).iter().map(|&byte| u32::from(byte)).sum()
}

#[unsafe(no_mangle)]
extern "C" fn pages() -> usize {
    memory_size::<0>()
}

/// Whether pages that the guest takes by itself stay its own while the heap grows behind them.
#[unsafe(no_mangle)]
extern "C" fn grow_beside(page_size: usize) -> bool {
    let blocks: Vec<Vec<u8>> = (0..8).map(|byte| vec![byte; 300]).collect();
    let pages = 512_usize.div_ceil(page_size);
    let own = (memory_grow::<0>(pages) * page_size) as *mut u8;
    // SAFETY: the pages are new, and nothing else names them.
    let own = unsafe { core::slice::from_raw_parts_mut(own, pages * page_size) };
    own.fill(0xA5);
    let more: Vec<Vec<u8>> = (0..8).map(|byte| vec![byte; (page_size / 4).max(300)]).collect();
    let is_right = |blocks: &[Vec<u8>]| {
        (0..).zip(blocks).all(|(byte, block)| block.iter().all(|&found| found == byte))
    };
    is_right(&blocks) && is_right(&more) && own.iter().all(|&byte| byte == 0xA5)
}

/// A block of 2 to the `alignment` bytes, so aligned, whose bytes are all `fill`.
struct Block {
    bytes: *mut u8,
    layout: core::alloc::Layout,
    fill: u8,
}

impl Block {
    fn is_right(&self) -> bool {
        // SAFETY: the block has so many bytes, which are initialized.
        let bytes = unsafe { core::slice::from_raw_parts(self.bytes, self.layout.size()) };
        bytes.iter().all(|&byte| byte == self.fill)
            && self.bytes.addr().is_multiple_of(self.layout.align())
    }
}

/// Allocates, resizes and frees blocks by chance; each keeps its bytes. Gives how many were wrong.
#[unsafe(no_mangle)]
extern "C" fn churn(mut seed: u32, rounds: u32) -> u32 {
    let mut next = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed >> 8
    };
    let mut blocks: Vec<Block> = Vec::new();
    let mut wrong = 0;
    for _ in 0..rounds {
        let (size, align) = (next() as usize % 400 + 1, 1 << (next() % 9));
        let layout = core::alloc::Layout::from_size_align(size, align).unwrap();
        let at = next() as usize % blocks.len().max(1);
        match next() % 3 {
            0 if blocks.len() < 24 => {
                let fill = next() as u8;
                // SAFETY: the layout has a size; the block that comes is filled within it.
                let bytes = unsafe { alloc::alloc::alloc(layout) };
                assert!(!bytes.is_null());
                unsafe { bytes.write_bytes(fill, size) };
                blocks.push(Block { bytes, layout, fill });
            }
            1 if !blocks.is_empty() => {
                let block = &mut blocks[at];
                // SAFETY: the block was allocated with this layout; the new size is not 0.
                block.bytes = unsafe { alloc::alloc::realloc(block.bytes, block.layout, size) };
                assert!(!block.bytes.is_null());
                let kept = size.min(block.layout.size());
                block.layout =
                    core::alloc::Layout::from_size_align(size, block.layout.align()).unwrap();
                // SAFETY: the block has so many bytes.
                let bytes = unsafe { core::slice::from_raw_parts_mut(block.bytes, size) };
                bytes[kept..].fill(block.fill);
            }
            2 if !blocks.is_empty() => {
                let block = blocks.swap_remove(at);
                wrong += u32::from(!block.is_right());
                // SAFETY: it was allocated with this layout.
                unsafe { alloc::alloc::dealloc(block.bytes, block.layout) };
            }
            _ => {}
        }
        wrong += blocks.iter().filter(|block| !block.is_right()).count() as u32;
    }
    for block in blocks {
        // SAFETY: it was allocated with this layout.
        unsafe { alloc::alloc::dealloc(block.bytes, block.layout) };
    }
    wrong
}
