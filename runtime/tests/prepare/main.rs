//! The module pass.

mod ahead;
mod atomics;
mod forged;
#[cfg(feature = "runtime")]
mod guest;
mod invalid;
mod locked;
mod mend;
mod modules;
mod offsets;
mod properties;
mod shape;
mod shared;
mod sizes;
