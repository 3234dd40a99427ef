//! What has been executed, counted.
//!
//! The emulator runs with `-icount shift=0`: one instruction takes one nanosecond of its time, so
//! a timer counts instructions exactly. On hardware the processor's cycle counter is used.

#![expect(unsafe_code, reason = "names the addresses of timer registers")]

use cortex_m::{Peripherals, peripheral::DWT};

use crate::register::Register;

/// A counter of instructions or cycles.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: fn(&mut Peripherals),
    ticks: fn() -> u32,
    per_tick: u32,
    unit: &'static str,
}

impl Clock {
    /// CMSDK timer 0 of the MPS2 boards: 25 MHz, so 40 emulated instructions a tick.
    pub const MPS2_TIMER: Clock =
        Clock { start: mps2::start, ticks: mps2::ticks, per_tick: 40, unit: "instructions" };
    /// TIM5 of the STM32F4, which the emulator runs at 1 GHz, prescaled by 10.
    pub const STM32_TIMER: Clock =
        Clock { start: stm32::start, ticks: stm32::ticks, per_tick: 10, unit: "instructions" };
    /// The cycle counter of the processor's DWT unit. The emulator has none.
    pub const CYCLES: Clock =
        Clock { start: start_cycles, ticks: DWT::cycle_count, per_tick: 1, unit: "cycles" };

    /// Starts the counter.
    pub(crate) fn start(self, peripherals: &mut Peripherals) {
        (self.start)(peripherals);
    }

    /// Instructions or cycles since the start, modulo 2^32 ticks.
    pub fn now(self) -> u64 {
        u64::from((self.ticks)()) * u64::from(self.per_tick)
    }

    /// What is counted: `instructions` or `cycles`.
    pub const fn unit(self) -> &'static str {
        self.unit
    }
}

fn start_cycles(peripherals: &mut Peripherals) {
    peripherals.DCB.enable_trace();
    peripherals.DWT.set_cycle_count(0);
    peripherals.DWT.enable_cycle_counter();
}

mod mps2 {
    use super::{Peripherals, Register};

    // SAFETY: CMSDK timer 0 of the MPS2 boards; a peripheral address on every Cortex-M.
    const CTRL: Register = unsafe { Register::at(0x4000_0000) };
    // SAFETY: as `CTRL`.
    const VALUE: Register = unsafe { Register::at(0x4000_0004) };
    // SAFETY: as `CTRL`.
    const RELOAD: Register = unsafe { Register::at(0x4000_0008) };

    pub(super) fn start(_: &mut Peripherals) {
        RELOAD.write(u32::MAX);
        VALUE.write(u32::MAX);
        CTRL.write(1);
    }

    pub(super) fn ticks() -> u32 {
        // The timer counts down.
        !VALUE.read()
    }
}

mod stm32 {
    use super::{Peripherals, Register};

    // SAFETY: TIM5 of the STM32F4; a peripheral address on every Cortex-M.
    const CR1: Register = unsafe { Register::at(0x4000_0C00) };
    // SAFETY: as `CR1`.
    const EGR: Register = unsafe { Register::at(0x4000_0C14) };
    // SAFETY: as `CR1`.
    const CNT: Register = unsafe { Register::at(0x4000_0C24) };
    // SAFETY: as `CR1`.
    const PSC: Register = unsafe { Register::at(0x4000_0C28) };
    // SAFETY: as `CR1`.
    const ARR: Register = unsafe { Register::at(0x4000_0C2C) };

    pub(super) fn start(_: &mut Peripherals) {
        PSC.write(9);
        ARR.write(u32::MAX);
        EGR.write(1);
        CR1.write(1);
    }

    pub(super) fn ticks() -> u32 {
        CNT.read()
    }
}
