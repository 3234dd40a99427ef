//! Whatever allocation of a guest's life fails, that is an error, and nothing is lost.

use alloc::sync::Arc;

use vellum::{
    Caller, Engine, Error, Linker, Module, ModuleBytes, PagePool, StaticBuffer, Store, TypedFunc,
};

use super::{
    InUse, engine,
    generated::{End, module},
};
use crate::{Platform, parallel::CheckFailure};

/// Fuel of a life.
const FUEL: u64 = 100_000;

/// A guest, what it is called with, and what it gives.
struct Guest {
    name: &'static str,
    module: fn() -> ModuleBytes,
    calls: &'static [(&'static str, i32, i32)],
}

static GUESTS: [Guest; 3] = [
    Guest {
        name: "life",
        module: || include_bytes!(concat!(env!("OUT_DIR"), "/life.wasm")).into(),
        calls: &[("add", 2, 42), ("back", 5, 5), ("deep", 20, 20)],
    },
    Guest {
        name: "own_memory",
        module: || include_bytes!(concat!(env!("OUT_DIR"), "/own_memory.wasm")).into(),
        calls: &[("write_hello", 10, 23), ("read_byte", 10, 72)],
    },
    Guest { name: "generated", module: || module(60, 30, End::Returns).into(), calls: &[] },
];

/// Lets each allocation of each guest fail.
///
/// # Errors
///
/// If one does not end in its error, if something is lost, or if a guest gives something else than it
/// should.
pub fn run<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
) -> Result<(), CheckFailure> {
    for guest in &GUESTS {
        let count = lived(platform, pages, buffer, guest, usize::MAX)?;
        for fails in 0..count {
            lived(platform, pages, buffer, guest, fails)?;
        }
        let name = guest.name;
        platform.line(format_args!(
            "lives: {name}: {count} allocations, each failed once: {count} errors, nothing lost"
        ));
    }
    Ok(())
}

/// A life with `count` allocations. Gives how many there were.
fn lived<P: Platform>(
    platform: &P,
    pages: &'static PagePool,
    buffer: &'static StaticBuffer,
    guest: &Guest,
    count: usize,
) -> Result<usize, CheckFailure> {
    let before = InUse::now(platform, pages);
    let witness = Arc::new(());
    let before_witness = Arc::strong_count(&witness);
    let engine = engine(pages, buffer)?;
    platform.fail_allocations(buffer, Some(count));
    let life = life(&engine, guest, &witness);
    let made = platform.fail_allocations(buffer, None);
    drop(engine);
    let kept = Arc::strong_count(&witness) as u64;
    drop(witness);
    match life {
        Ok(wrong) => CheckFailure::unless_equal("wrong results", wrong, 0_u32)?,
        Err(Error::OutOfHeap { .. }) if made > count => {}
        Err(error) => return Err(error.into()),
    }
    CheckFailure::unless_equal("what the embedder owns", kept, before_witness as u64)?;
    before.check(platform, pages)?;
    Ok(made)
}

/// Lets the first guest live once, or loads and instantiates another module.
pub(super) fn once(engine: &Engine, bytes: Option<ModuleBytes>) -> Result<(), Error> {
    let [first, ..] = &GUESTS;
    let witness = Arc::new(());
    match bytes {
        None => life(engine, first, &witness).map(drop),
        Some(bytes) => {
            let mut store = Store::new(engine, Arc::clone(&witness));
            store.set_fuel(FUEL)?;
            let module = Module::new(engine, bytes)?;
            linker(engine, &witness)?.instantiate(&mut store, &module).map(drop)
        }
    }
}

/// Gives how many calls gave something else than they should.
#[inline(never)]
fn life(engine: &Engine, guest: &Guest, witness: &Arc<()>) -> Result<u32, Error> {
    let module = Module::new(engine, (guest.module)())?;
    let mut store = Store::new(engine, Arc::clone(witness));
    store.set_fuel(FUEL)?;
    let instance = linker(engine, witness)?.instantiate(&mut store, &module)?;
    let mut wrong = 0;
    for &(name, argument, expected) in guest.calls {
        let func = instance.get_typed_func::<i32, i32>(&mut store, name)?;
        wrong += u32::from(func.call(&mut store, argument)? != expected);
    }
    Ok(wrong)
}

#[inline(never)]
fn linker(engine: &Engine, witness: &Arc<()>) -> Result<Linker<Arc<()>>, Error> {
    let mut linker = Linker::new(engine);
    let held = Arc::clone(witness);
    linker
        .func_wrap("host", "add", move |n: i32| n + 40 * (Arc::strong_count(&held) > 1) as i32)?;
    linker.func_wrap("host", "fail", |code: i32| Err::<(), _>(Error::Exit(code)))?;
    linker.func_wrap("host", "any", |n: i64| 2 * n)?;
    linker.func_wrap("host", "back", |mut caller: Caller<'_, Arc<()>>, n: i32| {
        let deep = caller.get_export("deep").and_then(|export| export.into_func());
        let deep: TypedFunc<i32, i32> = deep.ok_or(Error::Exit(1))?.typed(&caller)?;
        deep.call(&mut caller, n)
    })?;
    Ok(linker)
}
