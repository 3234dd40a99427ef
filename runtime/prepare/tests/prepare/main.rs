//! The module pass.

mod ahead;
mod atomics;
mod forged;
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
mod variables;
