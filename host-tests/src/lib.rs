//! What the tests on the host share.

pub mod hostile;
mod setup;
pub mod suite;

pub use setup::{engine, engine_with, instance, load};
