//! Errors of guests that were stopped, which are none where nothing can stop them.

use super::Error;
use crate::interruption_feature::Interruptible;

#[cfg(feature = "interruption")]
impl Error {
    pub(crate) fn interrupted(_: Interruptible) -> Self {
        Self::Interrupted
    }

    pub(crate) fn deadline_exceeded(_: Interruptible) -> Self {
        Self::DeadlineExceeded
    }
}

#[cfg(not(feature = "interruption"))]
impl Error {
    pub(crate) fn interrupted(proof: Interruptible) -> Self {
        proof.impossible()
    }

    pub(crate) fn deadline_exceeded(proof: Interruptible) -> Self {
        proof.impossible()
    }
}
