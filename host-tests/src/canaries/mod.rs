//! A heap that keeps guard zones around every block, to find writes outside of it.
//!
//! A program installs it:
//!
//! ```
//! use vellum_host_tests::canaries::Heap;
//!
//! #[global_allocator]
//! static HEAP: Heap = Heap;
//! # fn main() {}
//! ```
//!
//! A damaged zone ends the program when its block is freed or moved. Those of large blocks, such as
//! the interpreter's value stacks, are looked at by [`check`] as well: after each call of a guest.

mod heap;
mod live;

pub use heap::Heap;
pub use live::{Damaged, LARGE};

/// Looks at the guard zones of all large blocks, and says how many blocks there are.
///
/// # Errors
///
/// The first block that something has written beside.
pub fn check() -> Result<usize, Damaged> {
    live::check(heap::find_damage)
}
