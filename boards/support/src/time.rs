//! What guests with threads know of the machine: its cores, and the time since the start.

use core::cell::Cell;

use critical_section::Mutex;
use vellum::Nanoseconds;

use crate::clock::Clock;

/// The machine as engines with threads see it.
pub(crate) static MACHINE: vellum::Platform = crate::cores::PLATFORM.with_clock(nanoseconds);

static TICKS: Mutex<Cell<Option<Ticks>>> = Mutex::new(Cell::new(None));

/// A clock whose turns are counted.
#[derive(Clone, Copy)]
struct Ticks {
    clock: Clock,
    latest: u32,
    turns: u32,
}

/// Takes the time from a clock that was started.
pub(crate) fn start(clock: Clock) {
    let ticks = Ticks { clock, latest: clock.ticks(), turns: 0 };
    critical_section::with(|cs| TICKS.borrow(cs).set(Some(ticks)));
}

/// Nanoseconds since the start. A clock that goes round unseen, in 43 seconds at 100 MHz, loses that
/// time; time never runs backwards.
fn nanoseconds() -> Nanoseconds {
    critical_section::with(|cs| {
        let cell = TICKS.borrow(cs);
        let Some(mut ticks) = cell.get() else { return Nanoseconds(0) };
        let now = ticks.clock.ticks();
        if now < ticks.latest {
            ticks.turns = ticks.turns.wrapping_add(1);
        }
        ticks.latest = now;
        cell.set(Some(ticks));
        let ticks_so_far = u64::from(ticks.turns) << u32::BITS | u64::from(now);
        Nanoseconds(ticks.clock.nanoseconds(ticks_so_far))
    })
}
