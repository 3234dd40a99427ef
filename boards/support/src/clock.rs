//! What has been executed, counted.
//!
//! The emulator runs with `-icount shift=0`: one instruction takes one nanosecond of its time, so
//! a timer counts instructions exactly. On hardware the processor's cycle counter is used. Of two
//! cores that really run at once nothing is counted: the emulator's time is then the host's.

#![expect(unsafe_code, reason = "names the addresses of timer registers")]

use cortex_m::{Peripherals, peripheral::DWT};

#[cfg(feature = "tests")]
use crate::interrupts::Source;
use crate::{cmsdk, register::Register};

/// A timer, which may count instructions or cycles.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: fn(&mut Peripherals),
    ticks: fn() -> u32,
    counts: Option<Counts>,
    tick: Tick,
    #[cfg(feature = "tests")]
    interrupts: Option<Source>,
}

/// How long a tick takes: nanoseconds, and the rest in units of 2^-32. Multiplied, because the
/// processor has no division of 64 bits, and every lock looks at the time.
#[derive(Clone, Copy, Debug)]
struct Tick {
    nanoseconds: u32,
    rest: u32,
}

impl Tick {
    /// That of a clock of `frequency` hertz.
    const fn new(frequency: u32) -> Tick {
        const SECOND: u64 = 1_000_000_000;
        let frequency = if frequency == 0 { 1 } else { frequency as u64 };
        let rest = ((SECOND % frequency) << u32::BITS) / frequency;
        Tick { nanoseconds: (SECOND / frequency) as u32, rest: rest as u32 }
    }

    /// How many nanoseconds a number of them are, rounded down.
    const fn times(self, ticks: u64) -> u64 {
        let rest = self.rest as u64;
        let low = (ticks & u32::MAX as u64) * rest;
        ticks * self.nanoseconds as u64 + (ticks >> u32::BITS) * rest + (low >> u32::BITS)
    }
}

/// What passes in one tick.
#[derive(Clone, Copy, Debug)]
struct Counts {
    unit: &'static str,
    per_tick: u32,
}

impl Counts {
    const fn instructions(per_tick: u32) -> Option<Counts> {
        Some(Counts { unit: "instructions", per_tick })
    }
}

impl Clock {
    /// CMSDK timer 0 of the MPS2 boards: 25 MHz, so 40 emulated instructions a tick.
    pub const MPS2_TIMER: Clock = Clock {
        start: |_| cmsdk::MPS2.start(),
        ticks: || cmsdk::MPS2.ticks(),
        counts: Counts::instructions(40),
        tick: Tick::new(25_000_000),
        #[cfg(feature = "tests")]
        interrupts: Some(Source::MPS2),
    };
    /// CMSDK timer 0 of the SSE-200 on MPS2 boards: 20 MHz.
    pub const SSE200_TIMER: Clock = Clock {
        start: |_| cmsdk::SSE200.start(),
        ticks: || cmsdk::SSE200.ticks(),
        counts: None,
        tick: Tick::new(20_000_000),
        #[cfg(feature = "tests")]
        interrupts: Some(Source::SSE200),
    };
    /// TIM5 of the STM32F4, which the emulator runs at 1 GHz, prescaled by 10.
    pub const STM32_TIMER: Clock = Clock {
        start: stm32::start,
        ticks: stm32::ticks,
        counts: Counts::instructions(10),
        tick: Tick::new(100_000_000),
        #[cfg(feature = "tests")]
        interrupts: None,
    };

    /// The cycle counter of the DWT unit of a processor that runs at `frequency` hertz. The emulator
    /// has none.
    pub const fn cycles(frequency: u32) -> Clock {
        Clock {
            start: start_cycles,
            ticks: DWT::cycle_count,
            counts: Some(Counts { unit: "cycles", per_tick: 1 }),
            tick: Tick::new(frequency),
            #[cfg(feature = "tests")]
            interrupts: None,
        }
    }

    /// Starts the counter.
    pub(crate) fn start(self, peripherals: &mut Peripherals) {
        (self.start)(peripherals);
    }

    /// Instructions or cycles since the start, modulo 2^32 ticks; none if only time passes.
    pub fn now(self) -> Option<u64> {
        let per_tick = self.counts?.per_tick;
        Some(u64::from((self.ticks)()) * u64::from(per_tick))
    }

    /// Ticks since the start, modulo 2^32.
    pub(crate) fn ticks(self) -> u32 {
        (self.ticks)()
    }

    /// How many nanoseconds a number of ticks take.
    pub(crate) fn nanoseconds(self, ticks: u64) -> u64 {
        self.tick.times(ticks)
    }

    /// A timer besides this one that interrupts, if the chip has one.
    #[cfg(feature = "tests")]
    pub(crate) fn interrupts(self) -> Option<Source> {
        self.interrupts
    }

    /// What is or would be counted: `instructions` or `cycles`.
    pub const fn unit(self) -> &'static str {
        match self.counts {
            Some(Counts { unit, .. }) => unit,
            None => "instructions",
        }
    }
}

fn start_cycles(peripherals: &mut Peripherals) {
    peripherals.DCB.enable_trace();
    peripherals.DWT.set_cycle_count(0);
    peripherals.DWT.enable_cycle_counter();
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
