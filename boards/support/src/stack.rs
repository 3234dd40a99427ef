//! The native stack's depth, measured by painting what is unused.

#![expect(unsafe_code, reason = "reads and writes the stack's RAM below the stack pointer")]

use cortex_m::register::msp;

/// Bytes that no run may exceed: what is left for the stack on the smallest board.
pub(crate) const BUDGET: usize = 12 * 1024;

/// An unlikely value: what a painted word holds until something overwrites it.
const PAINT: u32 = 0xCCCC_CCCC;
/// Bytes just below the stack pointer that painting leaves alone: its own calls use them.
const MARGIN: usize = 256;

fn bottom() -> *mut u32 {
    unsafe extern "C" {
        static mut _stack_end: u32;
    }
    &raw mut _stack_end
}

fn top() -> usize {
    unsafe extern "C" {
        static mut _stack_start: u32;
    }
    (&raw mut _stack_start).addr()
}

/// The stack's lowest address.
pub(crate) fn end() -> usize {
    bottom().addr()
}

/// Bytes of the whole stack.
pub fn size() -> usize {
    top() - bottom().addr()
}

/// Paints the unused part of the stack: the high-water mark starts anew from the present depth.
#[inline(never)]
pub fn repaint() {
    let words = (msp::read() as usize).saturating_sub(bottom().addr() + MARGIN) / size_of::<u32>();
    for index in 0..words {
        let word = bottom().wrapping_add(index);
        // SAFETY: the word lies in the stack's RAM, below everything that is in use: interrupts
        // are not enabled, and this function's own frame lies within `MARGIN`.
        unsafe { word.write_volatile(PAINT) };
    }
}

/// Most bytes of the stack in use at one time since [`repaint`].
pub fn high_water() -> usize {
    let words = size() / size_of::<u32>();
    let untouched = (0..words)
        .take_while(|&index| {
            let word = bottom().wrapping_add(index);
            // SAFETY: the word lies in the stack's RAM.
            unsafe { word.read_volatile() == PAINT }
        })
        .count();
    (words - untouched) * size_of::<u32>()
}
