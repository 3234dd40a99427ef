//! Why a module could not be prepared.

use alloc::borrow::Cow;
use core::fmt;

/// Why a module could not be prepared.
///
/// ```
/// use vellum_prepare::{Options, PrepareError, prepare};
///
/// let error = prepare(b"\0asm\x02\0\0\0", &Options::new()).unwrap_err();
/// assert!(matches!(error, PrepareError::Invalid { offset: 4, .. }));
/// assert_eq!(error.to_string(), "byte 4: unknown binary version");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrepareError {
    /// The module is malformed or invalid.
    Invalid {
        /// The byte of the input where the fault was found.
        offset: usize,
        /// What is wrong there.
        message: Cow<'static, str>,
    },
    /// The heap has no room for the prepared module or its description.
    OutOfMemory {
        /// The size in bytes of the allocation that failed.
        needed: usize,
    },
}

impl PrepareError {
    /// The same fault, where bytes stand for others.
    ///
    /// ```
    /// use vellum_prepare::{Options, PrepareError, prepare};
    ///
    /// let error = prepare(b"\0asm\x02\0\0\0", &Options::new()).unwrap_err();
    /// assert!(matches!(error.moved(|at| at + 10), PrepareError::Invalid { offset: 14, .. }));
    /// ```
    #[must_use]
    pub fn moved(self, origin: impl FnOnce(usize) -> usize) -> Self {
        match self {
            Self::Invalid { offset, message } => Self::Invalid { offset: origin(offset), message },
            error => error,
        }
    }

    pub(super) const fn invalid(offset: usize, message: &'static str) -> Self {
        Self::Invalid { offset, message: Cow::Borrowed(message) }
    }
}

impl fmt::Display for PrepareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { offset, message } => write!(f, "byte {offset}: {message}"),
            Self::OutOfMemory { needed } => write!(f, "out of heap: needs {needed} bytes"),
        }
    }
}

impl core::error::Error for PrepareError {}

#[cfg(feature = "defmt")]
impl defmt::Format for PrepareError {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Invalid { offset, message } => {
                defmt::write!(f, "byte {=usize}: {=str}", *offset, &**message);
            }
            Self::OutOfMemory { needed } => {
                defmt::write!(f, "out of heap: needs {=usize} bytes", *needed);
            }
        }
    }
}
