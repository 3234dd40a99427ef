//! Who runs in a compartment.

use core::hint;
use core::sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Acquire},
};

use crate::error::RunError;

/// Who runs in a compartment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Phase {
    /// Nobody, or those who are outside.
    Left,
    /// One context.
    Entered,
    /// Nobody, and nobody may but who goes on with the job that has given way.
    Paused,
    /// Nobody, and nobody may any more.
    Abandoned,
}

/// Who runs in a compartment, and how many jobs have begun there and not ended.
#[derive(Debug)]
pub(crate) struct Progress(AtomicUsize);

/// A phase and a number of jobs as one number.
fn word(phase: Phase, depth: usize) -> usize {
    depth << 2 | phase as usize
}

fn phase(word: usize) -> Phase {
    match word & 3 {
        0 => Phase::Left,
        1 => Phase::Entered,
        2 => Phase::Paused,
        _ => Phase::Abandoned,
    }
}

impl Progress {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    pub(crate) fn phase(&self) -> Phase {
        phase(self.0.load(Acquire))
    }

    /// Enters for a new job, and gives its depth.
    pub(crate) fn enter(&self) -> Result<usize, RunError> {
        let enter = |found: usize| {
            (phase(found) == Phase::Left).then(|| word(Phase::Entered, (found >> 2) + 1))
        };
        match self.0.fetch_update(AcqRel, Acquire, enter) {
            Ok(found) => Ok((found >> 2) + 1),
            Err(found) if phase(found) == Phase::Abandoned => Err(RunError::Abandoned),
            Err(_) => Err(RunError::InUse),
        }
    }

    /// Enters to go on with the job of that depth, which was left so, once all that came later have
    /// ended.
    pub(crate) fn enter_again(&self, left: Phase, depth: usize) -> Result<(), RunError> {
        let (left, entered) = (word(left, depth), word(Phase::Entered, depth));
        loop {
            match self.0.compare_exchange(left, entered, AcqRel, Acquire) {
                Ok(_) => return Ok(()),
                Err(found) if phase(found) == Phase::Abandoned => return Err(RunError::Abandoned),
                Err(_) => hint::spin_loop(),
            }
        }
    }

    /// Leaves, with so many jobs that have not ended.
    pub(crate) fn leave(&self, phase: Phase, depth: usize) {
        // A host function that panics abandons the compartment while another context may be inside.
        #[cfg(feature = "std")]
        let _ = self.0.fetch_update(AcqRel, Acquire, |found| {
            (self::phase(found) != Phase::Abandoned).then_some(word(phase, depth))
        });
        #[cfg(not(feature = "std"))]
        self.0.store(word(phase, depth), core::sync::atomic::Ordering::Release);
    }
}
