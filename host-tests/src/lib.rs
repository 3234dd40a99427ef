//! What the tests on the host share.

#[cfg(feature = "differential")]
pub mod bound;
#[cfg(feature = "canaries")]
pub mod canaries;
pub mod hostile;
#[cfg(feature = "differential")]
pub mod neighbours;
#[cfg(feature = "differential")]
pub mod programs;
mod setup;
pub mod suite;

pub use setup::{engine, engine_with, instance, load};
