//! Atomic instructions: what they become, and that it does what they did.

mod shape;

mod execution;
pub(crate) mod instructions;
mod model;
mod slices;
