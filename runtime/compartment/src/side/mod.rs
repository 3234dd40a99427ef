//! The compartment's side: what runs on its stack, and how one gets there and back.
//!
//! By [`corosensei`] where there is an operating system. On a bare Arm chip by a switch of our own: that
//! crate's names registers which these processors lack, of which the compiler warns in every firmware.

#[cfg(not(all(target_arch = "arm", target_os = "none")))]
mod coroutine;
#[cfg(all(target_arch = "arm", target_os = "none"))]
mod thumb;

#[cfg(not(all(target_arch = "arm", target_os = "none")))]
pub(crate) use coroutine::{Side, Yielder};
#[cfg(all(target_arch = "arm", target_os = "none"))]
pub(crate) use thumb::{RESUME, Side, Yielder, landing, return_to_host};

use crate::error::RunError;
use crate::job::Job;

/// What the compartment's side is told to do.
pub(crate) enum Ask {
    Run(Job),
    /// The closure that it sent outside has returned.
    Return,
}

/// What the compartment's side says.
pub(crate) enum Told {
    /// The job has returned.
    Done,
    /// This is to be run outside.
    Outside(Job),
    /// It can go on later.
    Paused,
    /// It can't go on, ever.
    Failed(RunError),
}
