//! The memory with the shadow stack.
//!
//! ```text
//! frames    n x 8 bytes   from the outermost
//! frame     8 bytes       the innermost, where there are more than n
//! pending   u64           1 while a tail call through a table or a reference looks for its callee
//! ```
//!
//! A frame is the index of its function, and the offset in the original module of the instruction that
//! it executes, both `u32`.

/// Bytes of a frame.
pub(crate) const SLOT: u32 = 8;

/// Where in a frame the offset is.
pub(crate) const OFFSET: u64 = 4;

/// Bytes behind the frames.
pub(crate) const BEHIND: u32 = 2 * SLOT;
