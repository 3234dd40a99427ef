//! A module that is loaded as a future gives way to other work: at every allocation, and in between when a
//! timer says so.

use alloc::vec::Vec;
use core::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use vellum::{Engine, Module, PagePool, StaticBuffer, give_way};

use super::{
    InUse, LONGEST, RATE, Stretches, engine,
    generated::{self, End},
};
use crate::{Platform, parallel::CheckFailure};

/// A kind of module, and how many exports one has.
type Kind = (&'static str, fn() -> Vec<u8>, u32);

static KINDS: [Kind; 7] = [
    ("300 functions of 5 additions", || generated::module(300, 5, End::Returns), 1),
    ("20 functions of 200 additions", || generated::module(20, 200, End::Returns), 1),
    ("a function of 2000 additions", || generated::module(1, 2_000, End::Returns), 1),
    ("a function of 15000 additions", || generated::module(1, 15_000, End::Returns), 1),
    ("400 exports", || generated::exports(400), 400),
    ("a table of 4000 functions", || generated::table(4_000), 1),
    ("a branch to 1500 places", || generated::switch(1_500), 1),
];

/// Loads modules, with a timer and without.
///
/// # Errors
///
/// If one does not load, if something is lost, or if a stretch is too long with a timer.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<(), CheckFailure> {
    for &(name, make, exports) in &KINDS {
        let load = || {
            let before = InUse::now(platform, pages);
            let loaded = load(platform, &engine(pages, buffer)?, make(), exports)?;
            for polls in [1, 40, 90] {
                give_up(&engine(pages, buffer)?, make(), polls)?;
            }
            before.check(platform, pages)?;
            Ok::<_, CheckFailure>(loaded)
        };
        let alone = load()?;
        let has_timer = platform.start_interrupts(RATE, give_way);
        let timed = load();
        platform.stop_interrupts();
        let timed = timed?;
        let unit = platform.unit();
        platform.line(format_args!(
            "gives way: {name}: {} {unit} in {} stretches of up to {}, with a timer {} of up to {}",
            alone.sum, alone.count, alone.longest, timed.count, timed.longest
        ));
        if has_timer {
            let too_long = timed.longest.saturating_sub(LONGEST);
            CheckFailure::unless_equal("instructions too many at once", too_long, 0_u32)?;
        }
    }
    Ok(())
}

/// Drops a load that has given way so often: it goes on to its end, and the engine can be used again.
#[inline(never)]
fn give_up(engine: &Engine, bytes: Vec<u8>, polls: u32) -> Result<(), CheckFailure> {
    {
        let mut loading = pin!(Module::new_async(engine, bytes));
        let mut poll = || loading.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let _is_ready = (0..polls).any(|_| poll().is_ready());
    }
    let module = Module::new(engine, generated::exports(3))?;
    CheckFailure::unless_equal("exports", module.exports().count() as u64, 3_u32)
}

#[inline(never)]
fn load<P: Platform>(
    platform: &P,
    engine: &Engine,
    bytes: Vec<u8>,
    exports: u32,
) -> Result<Stretches, CheckFailure> {
    let (loaded, stretches) = Stretches::of(platform, Module::new_async(engine, bytes));
    CheckFailure::unless_equal("exports", loaded?.exports().count() as u64, exports)?;
    Ok(stretches)
}
