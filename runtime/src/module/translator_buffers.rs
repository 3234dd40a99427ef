//! Gives back the buffers that the interpreter's translator keeps from one function to the next.
#![expect(unsafe_code, reason = "the interpreter has no other way to give them back")]

use crate::engine::{Engine, config::mode::CompilationMode, heap};

/// A module of one function, whose only instruction ends too early.
const CUT_OFF: &[u8] = &[
    0, b'a', b's', b'm', 1, 0, 0, 0, // header
    1, 4, 1, 0x60, 0, 0, // type () -> ()
    3, 2, 1, 0, // function 0
    10, 4, 1, 2, 0, 0x41, // body: `i32.const`, without its value
];

/// Upper bound of the heap that it takes, its entry apart: of what a 32-bit target needs, 1.5 KB.
const HEAP: usize = 512 * size_of::<usize>();

/// Frees the translator's buffers, which are as large as the largest function needed.
///
/// The interpreter gives them up only with a function that it can't read, and only if functions are translated
/// when a module is loaded. It can't be told that the heap is exhausted: where there might be no room, or it would
/// have to make another block of entries, they stay.
#[inline(never)]
pub(super) fn release(engine: &Engine) {
    let (config, entries) = (engine.config(), engine.func_entities());
    let is_safe = || entries.heap_for(1) == 0 && heap::fits(config, HEAP).is_ok();
    if config.mode == CompilationMode::Eager && is_safe() {
        entries.asked(1);
        // SAFETY: what could not be valid code is not read: the interpreter refuses the module when it comes to
        // the only instruction, whose value is missing, and has translated nothing then.
        drop(unsafe { wasmi::Module::new_unchecked(engine.wasmi(), CUT_OFF) });
        entries.made(1);
    }
}
