//! Four endless guests of one engine on one core: each has a quarter of the fuel, whatever the order in
//! which the executor polls them.

use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::{
    future,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    task::Poll,
};

use vellum::{Engine, Error, Linker, Module, PagePool, SharedMemory, Store, TypedFunc};

use super::{CheckFailure, MEMORY, SLICE, config};
use crate::{Platform, Task, Work};

/// How many guests there are.
const GUESTS: u32 = 4;
/// How many slices they have together.
const SLICES: u32 = 4_000;
/// Fuel of each guest, more than it can use up.
const FUEL: u64 = SLICES as u64 * SLICE;
/// A guest's share of the fuel that all have used, in percent.
const LEAST: u64 = 24;
const MOST: u64 = 26;

static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/endless.wasm"));

/// Lets the guests run until they have had a fixed number of slices together.
///
/// # Errors
///
/// If one of them had less than 24 % or more than 26 % of the fuel.
pub fn run<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<(), CheckFailure> {
    if platform.cores() > 1 {
        platform.line(format_args!("left out: fairness of tasks: needs a single core"));
        return Ok(());
    }
    let spent = spend(platform, pages)?;
    let all: u64 = spent.iter().sum();
    platform.line(format_args!("fairness of tasks: fuel spent {spent:?} of {all}"));
    // A slice ends at the last round of the loop that there is fuel for.
    let least = u64::from(SLICES) * SLICE * 9 / 10;
    if all < least {
        return Err(CheckFailure::Wrong { what: "fuel spent", found: all, expected: least });
    }
    for spent in spent {
        if 100 * spent < LEAST * all || 100 * spent > MOST * all {
            let expected = all / u64::from(GUESTS);
            return Err(CheckFailure::Wrong { what: "fuel of one guest", found: spent, expected });
        }
    }
    Ok(())
}

/// Returns the fuel that each guest has used.
#[inline(never)]
fn spend<P: Platform>(platform: &P, pages: &'static PagePool) -> Result<Vec<u64>, Error> {
    let engine = Engine::new(config(pages, platform.threads()).consume_fuel(true))?;
    let memory = SharedMemory::new(&engine, MEMORY)?;
    let module = Module::new(&engine, GUEST)?;
    let slices = Arc::new(AtomicU32::new(0));
    let mut works: Vec<Box<dyn Work>> = Vec::new();
    let mut spent = Vec::new();
    for number in 0..GUESTS {
        let endless = Endless::new(&memory, &module, number, &slices)?;
        spent.push(Arc::clone(&endless.spent));
        works.push(endless);
    }
    platform.at_once(works)?;
    Ok(spent.iter().map(|spent| spent.load(Relaxed).into()).collect())
}

/// A guest that never returns.
struct Endless {
    store: Store<()>,
    run: TypedFunc<u32, ()>,
    number: u32,
    /// How many slices all guests have had.
    slices: Arc<AtomicU32>,
    /// Fuel that this one has used.
    spent: Arc<AtomicU32>,
}

impl Endless {
    #[inline(never)]
    fn new(
        memory: &SharedMemory,
        module: &Module,
        number: u32,
        slices: &Arc<AtomicU32>,
    ) -> Result<Box<Endless>, Error> {
        let mut store = Store::new(module.engine(), ());
        store.set_fuel(FUEL)?;
        let mut linker = Linker::new(module.engine());
        linker.define("env", "memory", memory.as_memory(&mut store)?)?;
        let run = linker.instantiate(&mut store, module)?.get_typed_func(&store, "run")?;
        let (slices, spent) = (Arc::clone(slices), Arc::default());
        Ok(Box::new(Endless { store, run, number, slices, spent }))
    }
}

impl Work for Endless {
    /// Gives the call up when all slices are given out: each poll is one.
    fn task(&mut self) -> Task<'_> {
        let Endless { store, run, number, slices, spent } = self;
        Box::pin(async move {
            {
                let mut call = pin!(run.call_async(&mut *store, *number));
                future::poll_fn(|context| match slices.fetch_add(1, Relaxed) {
                    0..SLICES => call.as_mut().poll(context),
                    _ => Poll::Ready(Ok(())),
                })
                .await?;
            }
            spent.store((FUEL - store.get_fuel()?) as u32, Relaxed);
            Ok(())
        })
    }
}
