//! Where the interpreter of an engine runs: on its caller's stack and the program's heap, or in a
//! compartment of the engine's own.
//!
//! What runs at a [`Place`] is the interpreter and the module pass alone: few calls, each around what
//! allocates, takes a lock of the interpreter or needs much stack. What they make stays [`Inside`].
//! Everything else the runtime allocates and keeps outside, so that it is dropped as always when a
//! compartment is abandoned: pages, the embedder's data, host functions, errors.

#[cfg(not(feature = "compartments"))]
mod everywhere;
pub(crate) mod inside;
pub(crate) mod place;
