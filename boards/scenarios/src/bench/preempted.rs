//! What guests cost that give way when a timer says so.

use vellum::{Error, PagePool, StaticBuffer, give_way};

use super::workloads::{Calls, Load, config, measure};
use crate::{Platform, compartments::STACK};

/// Interrupts a second: of an emulated board one every 100,000 instructions, which is about a slice of 10,000
/// units of fuel.
const RATE: u32 = 10_000;

/// Measures the workloads in a compartment: in one piece, and as futures that give way. Nothing where there is
/// no timer that interrupts.
///
/// # Errors
///
/// Any error of the runtime.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
    load: Load<'_>,
) -> Result<(), Error> {
    let mut config = config(pages);
    config.compartment(buffer, STACK).preemptible(true);
    if !platform.start_interrupts(RATE, give_way) {
        platform.line(format_args!("preempted: left out, there is no timer that interrupts"));
        return Ok(());
    }
    let preempted = measure(platform, &config, Calls::Futures, load, "preempted-");
    platform.stop_interrupts();
    preempted?;
    measure(platform, &config, Calls::Blocking, load, "contained-")?;
    platform.line(format_args!("bench: end"));
    Ok(())
}
