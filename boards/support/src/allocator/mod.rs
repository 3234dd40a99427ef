//! What places the heap's blocks: a TLSF allocator, which takes as long whatever there is, or where heap and
//! pages share one region a two-ended heap, which leaves what is free in one piece.

#[cfg(not(feature = "shared-region"))]
mod tlsf;
#[cfg(feature = "shared-region")]
mod two_ended;

#[cfg(not(feature = "shared-region"))]
pub(crate) use tlsf::Allocator;
#[cfg(feature = "shared-region")]
pub(crate) use two_ended::Allocator;

use core::ptr::NonNull;

/// A block that was resized.
#[derive(Clone, Copy)]
pub(crate) struct Resized {
    /// Where it is now.
    pub(crate) block: NonNull<u8>,
    /// Whether it was there twice for a moment.
    pub(crate) was_copied: bool,
}
