//! Errors that leave a compartment.

use super::Error;

impl Error {
    /// The same error with its text on the caller's heap.
    #[cfg(feature = "compartments")]
    pub(crate) fn relocated(self) -> Self {
        match self {
            Self::InvalidModule { offset, message } => {
                Self::InvalidModule { offset, message: message.clone() }
            }
            error => error,
        }
    }

    /// The same error, which is on the caller's heap already.
    #[cfg(not(feature = "compartments"))]
    #[inline(always)]
    pub(crate) fn relocated(self) -> Self {
        self
    }
}
