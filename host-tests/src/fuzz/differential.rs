//! A program here and in `wasmtime`.

use super::program::program;
use crate::programs::{Reference, Setup};

thread_local! {
    static REFERENCE: Reference = Reference::default();
}

/// Whether there was a program.
pub(super) fn run(data: &[u8]) -> bool {
    let Some((program, tail_calls, mut rng)) = program(data, false) else { return false };
    let setups = [Setup::PLAIN, Setup::any(&mut rng, tail_calls)];
    let result = REFERENCE.with(|reference| reference.compare(&program, &setups));
    if let Err(difference) = result {
        let call = difference.call.and_then(|number| program.calls.get(number));
        panic!("{:?}, {call:?}: {}", difference.setup, difference.what);
    }
    true
}
