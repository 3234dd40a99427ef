//! The module pass.

mod ahead;
mod invalid;
mod modules;
mod offsets;
mod properties;
mod shape;
mod sizes;
