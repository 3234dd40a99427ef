//! The end of a firmware that fails: a report in retained RAM and over the log, then a restart or, in
//! the emulator, an exit.

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use crate::{cores, exit, failure::Failure, retained};

/// The core that reports the end, counted from 1, or 0.
static REPORTER: AtomicUsize = AtomicUsize::new(0);

/// Whether the last boot failed, too.
static AGAIN: AtomicBool = AtomicBool::new(false);

/// Keeps the failure for the next boot, says it, and ends the run, on the first core that fails.
///
/// A core that fails again while it says so held the logger: the next boot says it. Another core
/// stops and leaves the end to the first one.
pub(crate) fn end(failure: impl FnOnce() -> Failure) -> ! {
    let core = cores::current() + 1;
    match REPORTER.compare_exchange(0, core, Relaxed, Relaxed) {
        Ok(_) => {
            let failure = failure();
            retained::keep(&failure);
            failure.say("");
            defmt::flush();
            after(failure.status(), exit::RESTARTS)
        }
        Err(reporter) if reporter == core => after(exit::UNSAID, true),
        Err(_) => cores::stop(),
    }
}

/// Restarts the chip, but not after two failures in a row.
fn after(status: u8, restart: bool) -> ! {
    #[cfg(feature = "tests")]
    let restart = restart || crate::crash::restarts();
    if restart && !AGAIN.load(Relaxed) {
        cortex_m::peripheral::SCB::sys_reset();
    }
    exit::exit(status)
}

/// Says how the last boot failed, if it did, and forgets it. The emulator ends then.
pub(crate) fn last_boot() {
    let Some(failure) = retained::kept() else { return };
    AGAIN.store(true, Relaxed);
    failure.say("last boot: ");
    retained::clear();
    if !exit::RESTARTS {
        exit::exit(failure.status());
    }
}
