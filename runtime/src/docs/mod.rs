//! What is larger than one type: how the crate is built, what may run at the same time, how guests are
//! built small, and how all of it is tested.

pub mod abandoning;
pub mod architecture;
pub mod backtraces;
pub mod guests;
pub mod inspecting;
pub mod interpreter;
pub mod memory;
pub mod optimizing;
pub mod outside;
pub mod parts;
pub mod signing;
pub mod stopping;
pub mod testing;
pub mod threads;

#[doc(inline)]
pub use vellum_memory::sharing;
