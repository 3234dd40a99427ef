//! What calls cost in a compartment.

use vellum::{Engine, Error, Linker, Module, PagePool, StaticBuffer, Store};

use super::{config, engine};
use crate::{Platform, parallel::CheckFailure};

/// How often a function is called.
const CALLS: u32 = 1_000;

static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/callee.wasm"));

/// What so many calls of a guest cost, and so many of the host by a guest.
struct Cost {
    guest: u64,
    host: u64,
}

/// Counts calls with a compartment and without.
///
/// # Errors
///
/// If a call fails.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<(), CheckFailure> {
    let plain = measure(platform, &Engine::new(&config(pages))?)?;
    let inside = measure(platform, &engine(pages, buffer)?)?;
    let unit = platform.unit();
    platform.line(format_args!(
        "costs: {CALLS} calls of a guest {} {unit} instead of {}, {CALLS} of the host {} instead of {}",
        inside.guest, plain.guest, inside.host, plain.host
    ));
    Ok(())
}

#[inline(never)]
fn measure<P: Platform>(platform: &P, engine: &Engine) -> Result<Cost, Error> {
    let module = Module::new(engine, GUEST)?;
    let mut linker = Linker::new(engine);
    linker.func_wrap("host", "next", |n: i32| n + 1)?;
    let mut store = Store::new(engine, ());
    store.set_fuel(u64::from(CALLS) * 1_000)?;
    let instance = linker.instantiate(&mut store, &module)?;
    let guest = instance.get_typed_func::<i32, i32>(&mut store, "same")?;
    let host = instance.get_typed_func::<i32, i32>(&mut store, "repeat")?;
    let mut counted = |calls: u32, argument: u32| {
        let func = if calls == 1 { host } else { guest };
        let start = platform.clock();
        for _ in 0..calls {
            func.call(&mut store, argument.cast_signed())?;
        }
        Ok::<_, Error>(platform.clock().zip(start).map_or(0, |(end, start)| end - start))
    };
    Ok(Cost { guest: counted(CALLS, 1)?, host: counted(1, CALLS)? })
}
