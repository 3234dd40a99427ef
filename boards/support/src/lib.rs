//! What every board's firmware shares: heap, logger, panic and fault handlers and their reports,
//! watchdog, clock, exit, stack measurement, and what the firmware does.
//!
//! A board's `main` describes the board and calls [`Board::run`].
#![no_std]

extern crate alloc;

mod allocator;
mod board;
mod cause;
pub mod chip;
pub mod clock;
mod cmsdk;
mod copy;
mod cores;
#[cfg(feature = "tests")]
mod crash;
mod doing;
#[cfg(not(feature = "hardware"))]
mod emulated;
mod end;
mod exit;
#[cfg(all(feature = "tests", feature = "compartments"))]
mod failing;
mod failure;
mod fault;
mod guard;
pub mod heap;
#[cfg(feature = "tests")]
mod interrupts;
#[cfg(feature = "detail")]
mod ledger;
mod log;
mod machine;
#[cfg(feature = "inspect")]
mod memories;
mod panic;
mod region;
mod register;
mod retained;
pub mod stack;
mod text;
mod time;
mod trace;
pub mod watchdog;

pub use board::{Board, Guest};
pub use vellum_scenarios::runner::Resources;

/// Sets up stack guard, heap and clock. Called again it does nothing.
fn start(clock: clock::Clock) {
    let Some(mut peripherals) = cortex_m::Peripherals::take() else { return };
    guard::start(&peripherals);
    heap::start();
    clock.start(&mut peripherals);
    time::start(clock);
    cores::start(&mut peripherals);
    stack::paint();
}
