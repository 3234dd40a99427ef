//! Atomic instructions, and the instructions that take their place.

mod decode;
mod inline;

pub(super) use decode::{AtomicInstruction, Operation, decode};
pub(super) use inline::Inline;
