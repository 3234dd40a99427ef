//! Panics: one `error!` line and the end of the run.
//!
//! The line names the place and not the message: a handler that formats messages keeps every
//! message of every dependency in flash, with the code that formats its arguments.

use core::{
    panic::{Location, PanicInfo},
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

/// Small enough to be inlined, so that the optimiser sees that nothing reads the message.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    report(info.location())
}

#[inline(never)]
#[cold]
fn report(location: Option<&Location<'_>>) -> ! {
    let Some(location) = location else {
        end(exit::PANICKED, || defmt::error!("panicked"));
    };
    if let Some(needed) = heap::refused().filter(|_| is_allocation(location)) {
        end(exit::FAILED, || {
            let free = heap::figures().free;
            defmt::error!("out of heap: needs {=usize} bytes, {=usize} free", needed, free);
        });
    }
    end(exit::PANICKED, || {
        defmt::error!("panicked at {=str}:{=u32}", location.file(), location.line());
    })
}

/// `defmt`'s own panics have logged their message when they come here.
#[defmt::panic_handler]
fn defmt_panic() -> ! {
    end(exit::PANICKED, || ())
}

/// Whether a panic comes from where `alloc` gives up. Stable Rust has no hook for that.
fn is_allocation(location: &Location<'_>) -> bool {
    location.file().ends_with("alloc/src/alloc.rs")
}
