//! Modules in parts, whose code is loaded when it is called.

mod forged;
mod living;
