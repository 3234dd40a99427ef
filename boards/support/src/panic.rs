//! Panics: one `error!` line and the end of the run.
//!
//! The line names the place, and what was being done, and not the message: a handler that formats messages keeps every
//! message of every dependency in flash, with the code that formats its arguments.

use core::{
    panic::PanicInfo,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use crate::{cores, doing, exit, heap};

/// The core that reports the end, counted from 1, or 0.
static REPORTER: AtomicUsize = AtomicUsize::new(0);

/// Runs `report` and exits with `code`, on the first core that comes to an end.
///
/// A core that comes here again does not report, because it may hold the logger. Another core stops
/// and leaves the end to the first one.
pub(crate) fn end(code: u8, report: impl FnOnce()) -> ! {
    let core = cores::current() + 1;
    match REPORTER.compare_exchange(0, core, Relaxed, Relaxed) {
        Ok(_) => report(),
        Err(reporter) if reporter == core => {}
        Err(_) => cores::stop(),
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
            doing::tell(|doing| {
                defmt::error!(
                    "out of heap: needs {=usize} bytes, {=usize} free{}",
                    needed,
                    free,
                    doing
                );
            });
        });
    }
    end(exit::PANICKED, || {
        let on = cores::suffix();
        doing::tell(|doing| {
            defmt::error!("panicked{=str}{}: called from {=u32:#010x}", on, doing, from);
        });
    });
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
