//! Modules in parts: their form, and that they do what they did in one piece.

mod execution;
mod loader;
mod refused;
mod shape;
mod stored;

/// A module. `(long)` in its text is code that makes a leaf too large to stay in the main module.
fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text.replace("(long)", &"(nop)".repeat(12))).expect("a module")
}
