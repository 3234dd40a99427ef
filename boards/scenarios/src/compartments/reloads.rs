//! Guests are loaded and unloaded again and again, many of which come to a bad end: pool and heap are
//! in the end as they were in the beginning.

use alloc::vec::Vec;

use vellum::{Engine, Error, Linker, Module, PagePool, StaticBuffer, Store, Trap};

use super::{
    InUse, STACK, config,
    generated::{End, Random, module},
};
use crate::{Platform, parallel::CheckFailure, stopping::handler};

/// Fuel of a guest.
const FUEL: u64 = 5_000;
/// How often a second an interrupt comes for a guest that it is to stop.
const RATE: u32 = 10_000;
/// Most allocations after which one fails, in rounds where one is to fail.
const LATEST: u32 = 150;

/// What became of the guests.
#[derive(Default)]
struct Ends {
    returned: u32,
    trapped: u32,
    out_of_fuel: u32,
    stopped: u32,
    out_of_heap: u32,
}

/// Loads guests, runs and unloads them.
///
/// # Errors
///
/// If one ends in another way than it is made to, or something is lost.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
    rounds: u32,
) -> Result<(), CheckFailure> {
    // Where nothing can interrupt, fuel ends those that are to be stopped.
    let interrupts = platform.start_interrupts(RATE, handler::handle);
    let before = InUse::now(platform, pages);
    let mut random = Random(1);
    let mut ends = Ends::default();
    let all = (0..rounds).try_for_each(|_| {
        round(platform, pages, buffer, interrupts, &mut random, &mut ends)?;
        before.check(platform, pages)
    });
    platform.stop_interrupts();
    all?;
    let Ends { returned, trapped, out_of_fuel, stopped, out_of_heap } = ends;
    let InUse { leased, used, largest } = InUse::now(platform, pages);
    platform.line(format_args!(
        "reloads: {rounds} guests: {returned} returned, {trapped} trapped, {out_of_fuel} out of fuel, \
         {stopped} stopped, {out_of_heap} out of heap; in use as before: pool {leased}, heap {used} bytes; largest free \
         block {largest}"
    ));
    let ended = returned + trapped + out_of_fuel + stopped + out_of_heap;
    CheckFailure::unless_equal("guests", ended, rounds)
}

fn round<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
    interrupts: bool,
    random: &mut Random,
    ends: &mut Ends,
) -> Result<(), CheckFailure> {
    let fate = random.below(10);
    let end = match fate {
        1 => End::Traps,
        2 | 3 => End::Endless,
        _ => End::Returns,
    };
    let additions = random.below(60);
    let bytes = module(1 + random.below(40), additions, end);
    let mut config = config(pages);
    let engine = Engine::new(config.interruptible(true).compartment(buffer, STACK))?;
    if fate == 0 {
        platform.fail_allocations(buffer, Some(random.below(LATEST) as usize));
    }
    let stops = fate == 3 && interrupts;
    let ran = guest(&engine, bytes, |store| {
        if !stops {
            return store.set_fuel(FUEL);
        }
        handler::arm(store.interrupt_handle()?, platform.threads(), 0);
        store.set_fuel(u64::MAX)
    });
    handler::disarm();
    platform.fail_allocations(buffer, None);
    match (ran, end) {
        (Ok(sum), End::Returns) => {
            ends.returned += 1;
            CheckFailure::unless_equal("sum", sum.cast_unsigned(), additions)
        }
        (Err(Error::Trap(Trap::Unreachable)), End::Traps) => {
            ends.trapped += 1;
            Ok(())
        }
        (Err(Error::OutOfFuel), End::Endless) => {
            ends.out_of_fuel += 1;
            Ok(())
        }
        (Err(Error::Interrupted), End::Endless) => {
            ends.stopped += 1;
            Ok(())
        }
        (Err(Error::OutOfHeap { .. }), _) => {
            ends.out_of_heap += 1;
            Ok(())
        }
        (Err(error), _) => Err(error.into()),
        (Ok(_), _) => CheckFailure::unless_equal("guests that came to an end", 1_u32, 0_u32),
    }
}

#[inline(never)]
fn guest(
    engine: &Engine,
    bytes: Vec<u8>,
    prepare: impl FnOnce(&mut Store<()>) -> Result<(), Error>,
) -> Result<i32, Error> {
    let module = Module::new(engine, bytes)?;
    let mut store = Store::new(engine, ());
    prepare(&mut store)?;
    let instance = Linker::new(engine).instantiate(&mut store, &module)?;
    instance.get_typed_func::<(), i32>(&mut store, "run")?.call(&mut store, ())
}
