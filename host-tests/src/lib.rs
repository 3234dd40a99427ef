//! What the tests on the host share.

#[cfg(feature = "differential")]
pub mod bound;
#[cfg(feature = "canaries")]
pub mod canaries;
#[cfg(feature = "differential")]
pub mod fuzz;
pub mod hostile;
#[cfg(feature = "differential")]
pub mod neighbours;
pub mod parts;
#[cfg(feature = "differential")]
pub mod programs;
mod setup;
pub mod suite;
pub mod wasi;

pub use setup::{engine, engine_with, instance, load};
