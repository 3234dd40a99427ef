//! Panics: one `error!` line and the end of the run.
//!
//! The line names the place and not the message: a handler that formats messages keeps every
//! message of every dependency in flash, with the code that formats its arguments.

use core::{
    panic::PanicInfo,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use crate::{exit, heap};

/// Set by the first handler that reports the end: a second one must not log, because the first
/// may have been interrupted while it held the logger.
static REPORTED: AtomicBool = AtomicBool::new(false);

/// Runs `report` unless an end has been reported before, then exits with `code`.
pub(crate) fn end(code: u8, report: impl FnOnce()) -> ! {
    // Only one core and no preemption between load and store that would survive: handlers
    // never return.
    if !REPORTED.load(Relaxed) {
        REPORTED.store(true, Relaxed);
        report();
    }
    exit::exit(code)
}

/// Reads nothing of the panic, so that the optimiser removes it.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    report(return_address())
}

#[inline(never)]
#[cold]
fn report(from: u32) -> ! {
    if let Some(needed) = heap::refused() {
        end(exit::FAILED, || {
            let free = heap::figures().free;
            defmt::error!("out of heap: needs {=usize} bytes, {=usize} free", needed, free);
        });
    }
    end(exit::PANICKED, || defmt::error!("panicked: called from {=u32:#010x}", from));
}

/// Where the code that panicked goes on, or the code that called it if it was inlined.
#[inline(always)]
fn return_address() -> u32 {
    cortex_m::register::lr::read()
}

/// `defmt`'s own panics have logged their message when they come here.
#[defmt::panic_handler]
fn defmt_panic() -> ! {
    end(exit::PANICKED, || ())
}
