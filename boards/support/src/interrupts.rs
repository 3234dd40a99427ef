//! A timer's interrupt that calls a given handler.

#![expect(unsafe_code, reason = "lets an interrupt come, and names it by its number")]

use core::{cell::Cell, fmt};

use cortex_m::{interrupt::InterruptNumber, peripheral::NVIC};
use critical_section::Mutex;

use crate::cmsdk::{self, Timer};

/// What interrupts, and what is then to be done.
type Handled = (Source, fn());

static HANDLED: Mutex<Cell<Option<Handled>>> = Mutex::new(Cell::new(None));

/// A timer that interrupts.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    timer: Timer,
    number: Number,
    frequency: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Number(u16);

// SAFETY: the number is that of an interrupt, and never changes.
unsafe impl InterruptNumber for Number {
    fn number(self) -> u16 {
        self.0
    }
}

impl Source {
    /// CMSDK timer 1 of the MPS2 boards.
    pub(crate) const MPS2: Source =
        Source { timer: cmsdk::MPS2_SECOND, number: Number(9), frequency: 25_000_000 };
    /// CMSDK timer 1 of the SSE-200 on MPS2 boards.
    pub(crate) const SSE200: Source =
        Source { timer: cmsdk::SSE200_SECOND, number: Number(4), frequency: 20_000_000 };

    /// Interrupts the calling core this many times a second, to call `handler`.
    pub(crate) fn start(self, rate: u32, handler: fn()) {
        critical_section::with(|cs| HANDLED.borrow(cs).set(Some((self, handler))));
        self.timer.interrupt_every(self.frequency.checked_div(rate).unwrap_or(u32::MAX));
        // SAFETY: no critical section relies on the interrupt's being masked.
        unsafe { NVIC::unmask(self.number) };
    }

    /// Ends what `start` began, on the same core.
    pub(crate) fn stop(self) {
        self.timer.stop();
        NVIC::mask(self.number);
        NVIC::unpend(self.number);
        critical_section::with(|cs| HANDLED.borrow(cs).set(None));
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("frequency", &self.frequency).finish_non_exhaustive()
    }
}

/// Handles the interrupt of this number, if it is the timer's.
pub(crate) fn handle(interrupt: i16) -> bool {
    match critical_section::with(|cs| HANDLED.borrow(cs).get()) {
        Some((source, handler)) if i32::from(source.number.0) == i32::from(interrupt) => {
            source.timer.acknowledge();
            handler();
            true
        }
        _ => false,
    }
}
