//! Gives back the buffers that the interpreter's translator keeps from one function to the next.

use super::{CompilationMode, Engine};

/// `(module (func drop))`: nothing is there to be dropped.
const INVALID: &[u8] = &[
    0, b'a', b's', b'm', 1, 0, 0, 0, // header
    1, 4, 1, 0x60, 0, 0, // type () -> ()
    3, 2, 1, 0, // function 0
    10, 5, 1, 3, 0, 0x1a, 0x0b, // body
];

/// Frees the translator's buffers, which are as large as the largest function needed.
///
/// The interpreter gives them up only with a function that turns out to be invalid.
pub(super) fn trim(engine: &Engine) {
    if engine.config().mode != CompilationMode::Lazy {
        drop(wasmi::Module::new(engine.wasmi(), INVALID));
    }
}
