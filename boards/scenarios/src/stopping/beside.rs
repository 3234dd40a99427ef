//! An endless guest beside the firmware's own work: an interrupt does that, and stops the guest now and
//! then, for which the firmware has something else to do.

use vellum::{Engine, Error, PagePool};

use super::{
    guest::{Guest, config},
    handler,
};
use crate::{Platform, parallel::CheckFailure};

/// How often a second the firmware has work to do.
const RATE: u32 = 2_000;
/// After how many of these the guest is stopped.
const EACH: u32 = 4;
/// How often the guest is stopped.
const TIMES: u32 = 25;
const SLICE: u64 = 1_000;

pub(super) fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), CheckFailure> {
    let machine = platform.threads();
    let mut guest = Guest::new(&Engine::new(&config(pages, machine, SLICE))?)?;
    let before = handler::interrupts();
    if !platform.start_interrupts(RATE, handler::handle) {
        platform.line(format_args!("stopping: left out, there is no timer that interrupts"));
        return Ok(());
    }
    let stopped = stops(machine, &mut guest);
    platform.stop_interrupts();
    handler::disarm();
    let counted = stopped?;
    let work = handler::interrupts().wrapping_sub(before);
    CheckFailure::unless_equal("stops after work of the firmware", work >= TIMES * EACH, true)?;
    platform.line(format_args!(
        "stopping: an endless guest was stopped {TIMES} times beside the firmware's own work, and \
         went on each time"
    ));
    CheckFailure::unless_equal("counting of the guest", counted > 0, true)
}

/// Lets the guest run until it is stopped, again and again. Gives how far it has counted.
#[inline(never)]
fn stops(machine: &'static vellum::Platform, guest: &mut Guest) -> Result<u32, CheckFailure> {
    let run = guest.function("loop")?;
    let mut counted = 0;
    for _ in 0..TIMES {
        handler::arm(guest.handle()?, machine, EACH);
        match run.call(&mut guest.store, ()) {
            Err(Error::Interrupted) => {}
            other => other?,
        }
        handler::disarm();
        guest.store.clear_interrupt()?;
        let now = guest.counted()?;
        CheckFailure::unless_equal("progress of the guest", now > counted, true)?;
        counted = now;
    }
    Ok(counted)
}
