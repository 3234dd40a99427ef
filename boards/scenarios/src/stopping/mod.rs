//! Guests that a timer's interrupt stops, wherever they are: a firmware that runs an endless guest beside
//! its own work, and how soon each kind of guest ends.

mod beside;
mod guest;
pub(crate) mod handler;
pub mod latency;

use vellum::PagePool;

use crate::{Platform, parallel::CheckFailure};

/// Runs an endless guest, of 12 pages, beside the firmware's own work, where there is a timer that
/// interrupts.
///
/// # Errors
///
/// If the guest does not end, or the firmware's work does not go on.
pub fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), CheckFailure> {
    beside::run(platform, pages)
}
