//! A watchdog: firmware that doesn't feed it in time is interrupted for a report, and reset if the
//! report hangs too.

use core::{
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use critical_section::Mutex;

use crate::cmsdk;

/// The watchdog that runs.
static ARMED: Mutex<Cell<Option<Watchdog>>> = Mutex::new(Cell::new(None));
/// Whether one runs, for the handler that may not wait for the other core.
static IS_ARMED: AtomicBool = AtomicBool::new(false);

/// A watchdog of the chip. It interrupts the first core by an exception that nothing masks; when as
/// much time passes again it resets the chip.
#[derive(Clone, Copy, Debug)]
pub struct Watchdog {
    registers: cmsdk::Watchdog,
    /// Ticks in a millisecond.
    rate: u32,
}

impl Watchdog {
    /// That of the MPS2 boards, 25 MHz.
    pub const MPS2: Watchdog = Watchdog { registers: cmsdk::MPS2_WATCHDOG, rate: 25_000 };
    /// The secure one of the SSE-200 on MPS2 boards, 20 MHz.
    pub const SSE200: Watchdog = Watchdog { registers: cmsdk::SSE200_WATCHDOG, rate: 20_000 };

    /// Starts it. From now on it must be fed every so many milliseconds: the runner feeds it at each
    /// of its steps.
    pub fn start(self, milliseconds: u32) {
        critical_section::with(|cs| ARMED.borrow(cs).set(Some(self)));
        IS_ARMED.store(true, Relaxed);
        self.registers.start(self.rate.saturating_mul(milliseconds));
    }
}

/// Whether a watchdog runs.
pub(crate) fn is_armed() -> bool {
    IS_ARMED.load(Relaxed)
}

/// Feeds it, if it runs.
pub(crate) fn feed() {
    if is_armed()
        && let Some(watchdog) = critical_section::with(|cs| ARMED.borrow(cs).get())
    {
        watchdog.registers.feed();
    }
}
