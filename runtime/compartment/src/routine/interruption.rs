//! A compartment as an interrupt handler finds it.

#![expect(unsafe_code, reason = "reads what the interrupted stack has at its base")]

use super::Routine;
use crate::error::RunError;
use crate::progress::Phase;

impl Routine {
    /// Whether the caller's handler has interrupted this compartment, with that end of its stack, whose
    /// host has left the main stack with this pointer.
    pub(crate) fn is_left_by(&self, main: *mut u32, limit: usize) -> bool {
        // SAFETY: it was set when the first job began, and is at the base of the stack.
        let yielder = unsafe { self.yielder.get().as_ref() };
        self.stack.limit() == limit
            && self.progress.phase() == Phase::Entered
            && yielder.is_some_and(|yielder| yielder.is_left_by(main))
    }

    /// Tells the host, for the compartment's side, that it can't go on.
    pub(crate) fn tell_failure(&self, error: RunError) {
        // SAFETY: as in `is_left_by`.
        if let Some(yielder) = unsafe { self.yielder.get().as_ref() } {
            yielder.tell_failure(error);
        }
    }

    /// Lets the job at hand, which the caller's handler has interrupted, go on later, if it may give way.
    /// Gives where its stack pointer is to be put.
    pub(crate) fn interrupt(&self) -> Option<*mut *mut u32> {
        if self.until_pause.get() == 0 {
            return None;
        }
        // SAFETY: as in `is_left_by`.
        unsafe { self.yielder.get().as_ref() }?.interrupt()
    }
}
