//! Two cores that see the same memory.

#![expect(unsafe_code, reason = "names the address of a register and that of the stack")]

use core::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use cortex_m::{
    Peripherals, asm,
    peripheral::{SCB, SYST, scb::VectActive, syst::SystClkSource},
    register::msp,
};
use cortex_m_rt::exception;
use vellum::{Context, Platform};

use super::section;
use crate::register::Register;

// SAFETY: the number of the core that reads it, on every SSE-200; a peripheral address elsewhere.
const CPU_IDENTITY: Register = unsafe { Register::at(0x5001_F000) };

/// How many there are.
pub(crate) const COUNT: usize = 2;

/// The machine as locks see it, without a clock.
pub(crate) const PLATFORM: Platform = Platform::new(context).with_idle(idle, signal);

/// Cycles between two ticks of a core: a millisecond at 20 MHz.
const TICK: u32 = 20_000;

/// How many signals there were.
static SIGNALS: AtomicU32 = AtomicU32::new(0);
/// How many of them each core has heard.
static HEARD: [AtomicU32; COUNT] = [const { AtomicU32::new(0) }; COUNT];

/// The core that runs: the stack of core 1 lies below that of core 0, and the stack pointer is there
/// without a way to the bus.
#[inline]
pub(crate) fn current() -> usize {
    unsafe extern "C" {
        static _stack_end: u32;
    }
    usize::from((msp::read() as usize) < (&raw const _stack_end).addr())
}

/// The core that runs, as its identity register says.
pub(super) fn identity() -> u32 {
    CPU_IDENTITY.read()
}

/// What an error message adds about a core.
pub(crate) fn suffix(core: u32) -> &'static str {
    if core == 0 { " on core 0" } else { " on core 1" }
}

fn context() -> Context {
    let core = current() as u8;
    match SCB::vect_active() {
        VectActive::ThreadMode => Context::thread(core, 0),
        _ => Context::interrupt(core),
    }
}

/// Sets up the core that runs.
pub(crate) fn start(peripherals: &mut Peripherals) {
    tick(&mut peripherals.SYST);
}

/// Waits for a signal that this core has not received. An emulator may not wait for events.
fn idle() {
    let Some(heard) = HEARD.get(current()) else { return };
    let known = heard.load(Relaxed);
    while SIGNALS.load(Acquire) == known {
        asm::wfe();
    }
    heard.store(SIGNALS.load(Acquire), Relaxed);
}

fn signal() {
    SIGNALS.fetch_add(1, Release);
    // What was written is there before the other core goes on.
    asm::dsb();
    asm::sev();
}

/// Lets a core that waits look at the time now and then.
pub(super) fn tick(timer: &mut SYST) {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(TICK - 1);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();
}

#[exception]
fn SysTick() {
    signal();
}

/// Ends what this core does, while the other one goes on and may need what this one holds.
pub(crate) fn stop() -> ! {
    cortex_m::interrupt::disable();
    section::abandon();
    loop {
        asm::wfe();
    }
}
