//! Why code in a compartment has not come to its end, and why there is no compartment.

use core::fmt;

/// Why code in a compartment has not come to its end.
///
/// ```
/// use vellum_compartment::RunError;
///
/// let error = RunError::OutOfHeap { needed: 4096, largest: 1000 };
/// assert_eq!(error.to_string(), "out of heap: needs 4096 bytes, the largest free block has 1000");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RunError {
    /// The heap has no block for what was asked. The compartment is abandoned.
    OutOfHeap {
        /// Bytes that were asked for.
        needed: usize,
        /// Bytes of the largest free block.
        largest: usize,
    },
    /// The native stack is used up. The compartment is abandoned.
    StackOverflow,
    /// The compartment was abandoned before.
    Abandoned,
    /// Another context runs in the compartment.
    InUse,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfHeap { needed, largest } => {
                write!(f, "out of heap: needs {needed} bytes, the largest free block has {largest}")
            }
            Self::StackOverflow => f.write_str("native stack overflow"),
            Self::Abandoned => f.write_str("the compartment is abandoned"),
            Self::InUse => f.write_str("another context runs in the compartment"),
        }
    }
}

impl core::error::Error for RunError {}

/// Why a compartment can't be made.
///
/// ```
/// # use std::alloc::System;
/// # use vellum_compartment::Heap;
/// # use vellum_memory::StaticBuffer;
/// # #[global_allocator]
/// # static HEAP: Heap<System> = Heap::new(System);
/// use vellum_compartment::{Compartment, CompartmentError};
///
/// static BYTES: StaticBuffer<[u8; 128]> = StaticBuffer::new();
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let error = Compartment::new(BYTES.take()?, 128 * 1024).unwrap_err();
/// assert!(matches!(error, CompartmentError::TooSmall { needed } if needed > 128 * 1024));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CompartmentError {
    /// The buffer has too few bytes for a stack of that size and any heap.
    TooSmall {
        /// Bytes that it needs at least.
        needed: usize,
    },
    /// The stack is smaller than any may be.
    StackTooSmall {
        /// Bytes that it needs at least.
        needed: usize,
    },
    /// The program's `#[global_allocator]` is not a [`Heap`](crate::Heap).
    GlobalAllocator,
}

impl fmt::Display for CompartmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall { needed } => write!(f, "the buffer needs at least {needed} bytes"),
            Self::StackTooSmall { needed } => write!(f, "the stack needs at least {needed} bytes"),
            Self::GlobalAllocator => f.write_str("the global allocator is not a Heap"),
        }
    }
}

impl core::error::Error for CompartmentError {}

/// The error of what was run outside.
///
/// ```
/// use vellum_compartment::{OutsideError, try_outside};
///
/// let answer: Result<u8, OutsideError<_>> = try_outside(|| "7x".parse::<u8>());
/// assert!(matches!(answer, Err(OutsideError::Returned(_))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum OutsideError<E> {
    /// Itself: the caller runs in no compartment.
    Returned(E),
    /// The caller's compartment keeps it.
    Kept,
}

impl<E> fmt::Display for OutsideError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error of what was run outside")
    }
}

impl<E: fmt::Debug> core::error::Error for OutsideError<E> {}
