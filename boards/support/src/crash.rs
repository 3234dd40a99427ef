//! Ends that no guest brings about, so that what the handlers make of them can be tested.

#![expect(unsafe_code, reason = "touches addresses where nothing is")]

use alloc::vec::Vec;
use core::{
    fmt,
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use vellum_scenarios::runner::Step;

/// Whether a failure restarts the chip.
static RESTARTS: AtomicBool = AtomicBool::new(false);

/// Where no board has anything: a device region, which holds no code.
const NOWHERE: usize = 0xB000_0000;

/// How the firmware crashes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Crash {
    Panic,
    /// An undefined instruction.
    Usage,
    /// A read of nothing.
    Bus,
    /// A call of what is no code.
    Memory,
    Stack,
    Heap,
    /// An endless loop without interrupts.
    Hang,
    /// An undefined instruction amid a log line.
    UsageInLog,
    /// An endless loop amid a log line.
    HangInLog,
}

impl Crash {
    /// The crash of this name.
    pub(crate) fn named(name: &str) -> Option<Crash> {
        Some(match name {
            "panic" => Crash::Panic,
            "usage" => Crash::Usage,
            "bus" => Crash::Bus,
            "memory" => Crash::Memory,
            "stack" => Crash::Stack,
            "heap" => Crash::Heap,
            "hang" => Crash::Hang,
            "usage-in-log" => Crash::UsageInLog,
            "hang-in-log" => Crash::HangInLog,
            _ => return None,
        })
    }

    /// Whether only a watchdog ends it.
    pub(crate) fn needs_watchdog(self) -> bool {
        matches!(self, Crash::Hang | Crash::HangInLog)
    }

    /// Crashes on the last core. Then the chip restarts.
    pub(crate) fn on_last_core(self) {
        RESTARTS.store(true, Relaxed);
        crate::cores::on_last(move || self.happen());
    }

    #[inline(never)]
    fn happen(self) {
        match self {
            Crash::Panic => panic!("asked for"),
            Crash::Usage => cortex_m::asm::udf(),
            Crash::Bus => read_nothing(),
            Crash::Memory => call_nothing(),
            Crash::Stack => drop(black_box(deep(0))),
            Crash::Heap => drop(black_box(Vec::<u8>::with_capacity(usize::MAX / 4))),
            Crash::Hang => hang(),
            Crash::UsageInLog => amid_log(&|| cortex_m::asm::udf()),
            Crash::HangInLog => amid_log(&|| hang()),
        }
    }
}

/// Whether a failure restarts the chip.
pub(crate) fn restarts() -> bool {
    RESTARTS.load(Relaxed)
}

/// Crashes at the step that a module's name asks for: `bus-while-calling.wat`.
pub(crate) fn at(step: Step, module: &str) {
    let file = module.rsplit('/').next().unwrap_or_default();
    if let Some((how, rest)) = file.split_once("-while-")
        && rest.starts_with(step.name())
        && let Some(crash) = Crash::named(how)
    {
        crash.happen();
    }
}

#[inline(never)]
fn read_nothing() {
    let nothing = core::ptr::with_exposed_provenance::<u32>(black_box(NOWHERE));
    // SAFETY: no Rust object is there; the read faults, as it shall.
    black_box(unsafe { nothing.read_volatile() });
}

#[inline(never)]
fn call_nothing() {
    // SAFETY: an address with the bit of Thumb code is a function pointer to the processor; the call
    // faults before anything of it runs, as it shall.
    let nothing: extern "C" fn() = unsafe { core::mem::transmute(black_box(NOWHERE | 1)) };
    nothing();
    black_box(());
}

/// Uses up any stack.
#[inline(never)]
fn deep(depth: u32) -> u32 {
    let frame = black_box([depth; 64]);
    if black_box(depth) == u32::MAX { 0 } else { deep(depth + 1) + frame.iter().sum::<u32>() }
}

#[inline(never)]
fn hang() -> ! {
    cortex_m::interrupt::disable();
    loop {
        black_box(());
    }
}

/// Calls something while the logger is in use.
#[inline(never)]
fn amid_log(call: &dyn Fn()) {
    struct Amid<'a>(&'a dyn Fn());
    impl fmt::Display for Amid<'_> {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            (self.0)();
            Ok(())
        }
    }
    defmt::info!("{}", defmt::Display2Format(&Amid(call)));
}
