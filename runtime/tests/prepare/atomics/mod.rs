//! Atomic instructions: what they become, and that it does what they did.

mod shape;

#[cfg(feature = "runtime")]
mod execution;
#[cfg(feature = "runtime")]
pub(crate) mod instructions;
#[cfg(feature = "runtime")]
mod model;
#[cfg(feature = "runtime")]
mod slices;
