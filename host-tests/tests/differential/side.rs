//! What both runtimes can do.

use crate::operation::{Operation, Outcome};

/// A memory of one of the runtimes, with the guest that uses it.
pub(crate) trait Side {
    /// Carries out one step.
    fn apply(&mut self, operation: &Operation) -> Outcome;

    /// All bytes of the memory.
    fn bytes(&self) -> &[u8];
}
