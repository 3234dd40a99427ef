//! Gives back the buffers that the interpreter's translator keeps from one function to the next.

use crate::engine::Engine;
#[cfg(feature = "validate")]
use crate::engine::{config::mode::CompilationMode, heap};

/// `(module (func drop))`: nothing is there to be dropped.
#[cfg(feature = "validate")]
const INVALID: &[u8] = &[
    0, b'a', b's', b'm', 1, 0, 0, 0, // header
    1, 4, 1, 0x60, 0, 0, // type () -> ()
    3, 2, 1, 0, // function 0
    10, 5, 1, 3, 0, 0x1a, 0x0b, // body
];

/// Upper bound of the heap that it takes, its entry apart: of what a 32-bit target needs, 1.5 KB.
#[cfg(feature = "validate")]
const HEAP: usize = 512 * size_of::<usize>();

/// Frees the translator's buffers, which are as large as the largest function needed.
///
/// The interpreter gives them up only with a function that turns out to be invalid, and only if
/// functions are translated when a module is loaded. It can't be told that the heap is exhausted:
/// where there might be no room, or it would have to make another block of entries, they stay.
#[cfg(feature = "validate")]
#[inline(never)]
pub(super) fn release(engine: &Engine) {
    let (config, entries) = (engine.config(), engine.func_entities());
    let is_safe = || entries.heap_for(1) == 0 && heap::fits(config, HEAP).is_ok();
    if config.mode == CompilationMode::Eager && is_safe() {
        entries.asked(1);
        drop(wasmi::Module::new(engine.wasmi(), INVALID));
        entries.made(1);
    }
}

/// Nothing finds a function to be invalid: the buffers stay.
#[cfg(not(feature = "validate"))]
pub(super) fn release(_: &Engine) {}
