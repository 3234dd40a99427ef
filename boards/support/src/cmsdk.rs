//! The timers of Arm's CMSDK, and its watchdog.

#![expect(unsafe_code, reason = "names the addresses of timer registers")]

use crate::register::Register;

// SAFETY: timer 0 of the MPS2 boards; a peripheral address on every Cortex-M.
pub(crate) const MPS2: Timer = unsafe { Timer::at(0x4000_0000) };
// SAFETY: timer 1 of the MPS2 boards; as above.
#[cfg(feature = "tests")]
pub(crate) const MPS2_SECOND: Timer = unsafe { Timer::at(0x4000_1000) };
// SAFETY: timer 0 of the SSE-200, secure; a peripheral address on every Cortex-M.
pub(crate) const SSE200: Timer = unsafe { Timer::at(0x5000_0000) };
// SAFETY: timer 1 of the SSE-200, secure; as above.
#[cfg(feature = "tests")]
pub(crate) const SSE200_SECOND: Timer = unsafe { Timer::at(0x5000_1000) };

const ENABLE: u32 = 1;
#[cfg(feature = "tests")]
const INTERRUPTS: u32 = 1 << 3;

/// A timer that counts down and begins again.
#[derive(Clone, Copy)]
pub(crate) struct Timer {
    control: Register,
    value: Register,
    reload: Register,
    #[cfg(feature = "tests")]
    interrupt: Register,
}

impl Timer {
    /// # Safety
    /// As for [`Register::at`], for the first four registers.
    const unsafe fn at(base: usize) -> Timer {
        Timer {
            // SAFETY: as the caller promises.
            control: unsafe { Register::at(base) },
            // SAFETY: as the caller promises.
            value: unsafe { Register::at(base + 4) },
            // SAFETY: as the caller promises.
            reload: unsafe { Register::at(base + 8) },
            // SAFETY: as the caller promises.
            #[cfg(feature = "tests")]
            interrupt: unsafe { Register::at(base + 12) },
        }
    }

    /// Lets the timer go round all its 32 bits.
    pub(crate) fn start(self) {
        self.reload.write(u32::MAX);
        self.value.write(u32::MAX);
        self.control.write(ENABLE);
    }

    /// How far it has counted since it began to go round.
    pub(crate) fn ticks(self) -> u32 {
        !self.value.read()
    }

    /// Makes the timer request an interrupt after each `ticks` ticks.
    #[cfg(feature = "tests")]
    pub(crate) fn interrupt_every(self, ticks: u32) {
        self.reload.write(ticks.saturating_sub(1));
        self.value.write(ticks.saturating_sub(1));
        self.control.write(ENABLE | INTERRUPTS);
    }

    /// Ends the timer's present request for an interrupt.
    #[cfg(feature = "tests")]
    pub(crate) fn acknowledge(self) {
        self.interrupt.write(1);
    }

    /// Stops the timer.
    #[cfg(feature = "tests")]
    pub(crate) fn stop(self) {
        self.control.write(0);
        self.acknowledge();
    }
}

// SAFETY: the watchdog of the MPS2 boards; a peripheral address on every Cortex-M.
pub(crate) const MPS2_WATCHDOG: Watchdog = unsafe { Watchdog::at(0x4000_8000) };
// SAFETY: the SSE-200's secure watchdog; as above.
pub(crate) const SSE200_WATCHDOG: Watchdog = unsafe { Watchdog::at(0x5008_1000) };

/// Opens the watchdog's registers.
const UNLOCK: u32 = 0x1ACC_E551;
/// Interrupt at the first end of time, reset at the second.
const INTERRUPT_THEN_RESET: u32 = 0b11;

/// A timer that has to begin again before it is at its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watchdog {
    load: Register,
    control: Register,
    clear: Register,
    lock: Register,
}

impl Watchdog {
    /// # Safety
    /// As for [`Register::at`], for the registers of a watchdog.
    const unsafe fn at(base: usize) -> Watchdog {
        Watchdog {
            // SAFETY: as the caller promises.
            load: unsafe { Register::at(base) },
            // SAFETY: as the caller promises.
            control: unsafe { Register::at(base + 8) },
            // SAFETY: as the caller promises.
            clear: unsafe { Register::at(base + 12) },
            // SAFETY: as the caller promises.
            lock: unsafe { Register::at(base + 0xC00) },
        }
    }

    /// Lets the watchdog count down from so many ticks.
    pub(crate) fn start(self, ticks: u32) {
        self.lock.write(UNLOCK);
        self.load.write(ticks);
        self.control.write(INTERRUPT_THEN_RESET);
    }

    /// Lets it begin again.
    pub(crate) fn feed(self) {
        self.clear.write(1);
    }
}
