//! The timers of Arm's CMSDK.

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
