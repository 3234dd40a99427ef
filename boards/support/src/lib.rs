//! What every board's firmware shares: heap, logger, panic and fault handlers, clock, exit, stack
//! measurement, and what the firmware does.
//!
//! A board's `main` describes the board and calls [`Board::run`].
#![no_std]

extern crate alloc;

mod board;
pub mod chip;
pub mod clock;
mod cmsdk;
mod copy;
mod cores;
mod doing;
#[cfg(not(feature = "hardware"))]
mod emulated;
mod exit;
#[cfg(all(feature = "tests", feature = "compartments"))]
mod failing;
mod fault;
mod guard;
pub mod heap;
#[cfg(feature = "tests")]
mod interrupts;
mod log;
mod machine;
mod panic;
mod register;
pub mod stack;
mod time;

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
    stack::repaint();
}
