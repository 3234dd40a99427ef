//! Panics: one `error!` line and the end of the run.
//!
//! The line names the place, and what was being done, and not the message: a handler that formats messages keeps every
//! message of every dependency in flash, with the code that formats its arguments.

use core::panic::PanicInfo;

use cortex_m::register::{lr, msp};

use crate::{end::end, failure::Failure, heap, trace};

/// Reads nothing of the panic, so that the optimiser removes it.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    report(lr::read(), msp::read())
}

/// Reports the panic of the code that returns to `lr`.
#[inline(never)]
#[cold]
fn report(lr: u32, sp: u32) -> ! {
    end(|| {
        let trace = trace::from(0, lr, sp);
        match heap::refused() {
            Some((needed, free)) => Failure::heap(needed, free, trace),
            None => Failure::panic(trace),
        }
    })
}

/// `defmt`'s own panics have logged their message when they come here.
#[defmt::panic_handler]
fn defmt_panic() -> ! {
    report(lr::read(), msp::read())
}
