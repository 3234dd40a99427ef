//! The native stack's depth, measured by painting what is unused.

#![expect(unsafe_code, reason = "reads and writes the stack's RAM below the stack pointer")]

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use cortex_m::register::msp;

/// Bytes that no run may exceed: of the smallest board's stack 2 KiB are kept for interrupt handlers.
pub(crate) const BUDGET: usize = 16 * 1024;

/// An unlikely value: what a painted word holds until something overwrites it.
const PAINT: u32 = 0xCCCC_CCCC;
/// Bytes just below the stack pointer that painting leaves alone: its own calls use them.
const MARGIN: usize = 256;

/// The stack of the core that runs: its lowest word, and the address after it.
fn bounds() -> (*mut u32, usize) {
    unsafe extern "C" {
        static mut _stack_end: u32;
        static mut _stack_start: u32;
    }
    #[cfg(feature = "sse-200")]
    if crate::cores::current() != 0 {
        unsafe extern "C" {
            static mut _stack1_end: u32;
            static mut _stack1_start: u32;
        }
        return (&raw mut _stack1_end, (&raw mut _stack1_start).addr());
    }
    (&raw mut _stack_end, (&raw mut _stack_start).addr())
}

/// The lowest address of this core's stack.
pub(crate) fn end() -> usize {
    bounds().0.addr()
}

/// Bytes of this core's whole stack.
pub fn size() -> usize {
    let (bottom, top) = bounds();
    top - bottom.addr()
}

/// Most bytes of the first core's stack in use at one time, when last noted.
static HIGHEST: AtomicUsize = AtomicUsize::new(0);

/// The same since [`restart`].
static DEEPEST: AtomicUsize = AtomicUsize::new(0);

/// Paints the unused part of the first core's stack again: the high-water mark starts anew from the
/// present depth.
pub fn repaint() {
    let depth = high_water();
    HIGHEST.fetch_max(depth, Relaxed);
    DEEPEST.fetch_max(depth, Relaxed);
    paint();
}

/// The same, and `deepest` starts anew, too.
pub fn restart() {
    repaint();
    DEEPEST.store(0, Relaxed);
}

/// Most bytes of any core's stack in use at one time since [`restart`].
pub(crate) fn deepest() -> usize {
    DEEPEST.load(Relaxed).max(high_water()).max(crate::cores::high_water())
}

/// Most bytes of any core's stack in use at one time since the start.
pub(crate) fn highest() -> usize {
    HIGHEST.load(Relaxed).max(deepest())
}

/// Paints the unused part of this core's stack.
#[inline(never)]
pub(crate) fn paint() {
    let (bottom, _) = bounds();
    let words = (msp::read() as usize).saturating_sub(bottom.addr() + MARGIN) / size_of::<u32>();
    for index in 0..words {
        let word = bottom.wrapping_add(index);
        // SAFETY: the word lies in the stack's RAM, below everything that is in use: the frames of
        // this function and of the one interrupt handler, which counts, lie within `MARGIN`.
        unsafe { word.write_volatile(PAINT) };
    }
}

/// Most bytes of this core's stack in use at one time since it was painted.
pub fn high_water() -> usize {
    let (bottom, _) = bounds();
    let words = size() / size_of::<u32>();
    let untouched = (0..words)
        .take_while(|&index| {
            let word = bottom.wrapping_add(index);
            // SAFETY: the word lies in the stack's RAM.
            unsafe { word.read_volatile() == PAINT }
        })
        .count();
    (words - untouched) * size_of::<u32>()
}

/// The words of this core's stack from `sp` on, or all if `sp` has left the stack. Where this code runs
/// at the top again, its own are not among them.
pub(crate) fn above(sp: usize) -> impl Iterator<Item = u32> + Clone {
    let (bottom, top) = bounds();
    let from = if (bottom.addr()..top).contains(&sp) { sp } else { bottom.addr() };
    let own = msp::read() as usize;
    let to = if own > from { own } else { top };
    let index = |address: usize| (address - bottom.addr()) / size_of::<u32>();
    (index(from)..index(to)).map(move |index| {
        // SAFETY: the word lies in the stack's RAM, aligned.
        unsafe { bottom.wrapping_add(index).read_volatile() }
    })
}
