//! Code that runs over the end of its native stack, and asks for nothing that would tell, is stopped by the
//! guard of the stack.

#![expect(unsafe_code, reason = "runs code of its own in a compartment")]

use alloc::{boxed::Box, vec};
use core::{
    hint::black_box,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use vellum::{ConfigError, Error, RunError, StaticBuffer};
use vellum_compartment::Compartment;

use crate::{Platform, Task, Work, parallel::CheckFailure};

/// Bytes of the stack.
const STACK: usize = 10 * 1024;
/// How often it is overrun by each function.
const ROUNDS: u32 = 100;
/// Interrupts a second while it is.
const RATE: u32 = 20_000;

/// Overruns a stack by small frames and by larger ones, on each core, while interrupts come.
///
/// # Errors
///
/// If that is no error, or if something else is not as it was.
pub fn run<P: Platform>(platform: &P, buffer: &'static StaticBuffer) -> Result<(), CheckFailure> {
    static INTERRUPTS: AtomicU32 = AtomicU32::new(0);
    let interrupted = platform.start_interrupts(RATE, || {
        INTERRUPTS.fetch_add(1, Relaxed);
    });
    let cores = platform.cores();
    for core in 0..cores {
        let overruns = (0..=core).map(|number| Box::new(Overruns(buffer, number == core)));
        platform.at_once(overruns.map(|work| work as Box<dyn Work>).collect())?;
    }
    platform.stop_interrupts();
    let interrupts = INTERRUPTS.load(Relaxed);
    CheckFailure::unless_equal("interrupts", u32::from(interrupts > 0), interrupted)?;
    platform.line(format_args!(
        "guards: {} overruns of the native stack on each of {cores} cores, each an error",
        2 * ROUNDS
    ));
    Ok(())
}

/// Overruns of the stack of a compartment of this buffer, or nothing.
struct Overruns(&'static StaticBuffer, bool);

impl Work for Overruns {
    fn task(&mut self) -> Task<'_> {
        let Self(buffer, overruns) = *self;
        Box::pin(async move {
            for round in 0..if overruns { ROUNDS } else { 0 } {
                overrun(buffer, deep::<4>, round)?;
                overrun(buffer, deep::<150>, round)?;
            }
            Ok(())
        })
    }
}

#[inline(never)]
fn overrun(
    buffer: &'static StaticBuffer,
    deep: fn(u32, f32) -> f32,
    round: u32,
) -> Result<(), Error> {
    let wrong = |what: &'static str| Err(Error::host(what));
    let bytes = buffer.take().map_err(|_| ConfigError::CompartmentInUse)?;
    let compartment = Compartment::new(bytes, STACK).map_err(ConfigError::Compartment)?;
    // Registers that are kept, and floating-point ones.
    let kept = black_box(f32::from(round as u16));
    let before = (kept * 1.5, kept + 0.25, kept - 3.0);
    // SAFETY: nothing that is allocated inside is given away.
    let counted = unsafe { compartment.run(|| vec![1u8; 40 + round as usize].len() as u32) };
    if counted != Ok(40 + round) {
        return wrong("what was allocated");
    }
    // SAFETY: as above.
    let overrun = unsafe { compartment.run(|| deep(0, kept)) };
    if before != (kept * 1.5, kept + 0.25, kept - 3.0) {
        return wrong("registers are not as they were");
    }
    if overrun.map(f32::to_bits) != Err(RunError::StackOverflow) {
        return wrong("no overflow");
    }
    // SAFETY: as above.
    match unsafe { compartment.run(|| ()) } {
        Err(RunError::Abandoned) => Ok(()),
        _ => wrong("not abandoned"),
    }
}

/// Calls itself for ever, with frames of so many words, and computes.
#[inline(never)]
fn deep<const WORDS: usize>(depth: u32, value: f32) -> f32 {
    let frame = black_box([depth; WORDS]);
    if black_box(depth) == u32::MAX {
        return value;
    }
    deep::<WORDS>(depth + 1, black_box(value * 1.01)) + value + f32::from(frame[0] as u16)
}
