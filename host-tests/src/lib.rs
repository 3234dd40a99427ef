//! What the tests on the host share.

pub mod hostile;
mod setup;

pub use setup::{engine, engine_with, instance, load};
