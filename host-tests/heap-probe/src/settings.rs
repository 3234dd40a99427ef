//! What engines and their stacks take.

use super::{
    EMPTY, Kind,
    arena::Placing,
    heap::{Arena, Granted, Since},
};
use std::cell::Cell;
use vellum::{Config, Engine, Error, Instance, Module, Store};

/// What an engine took, and its bounds.
#[repr(C)]
#[derive(Default, Clone, Copy)]
pub(crate) struct SettingsReport {
    /// As a module's of loading.
    engine: [u32; 4],
    engine_needed: u32,
    stacks: [u32; 4],
    stacks_needed: u32,
}

/// What the heap is said to have free.
#[derive(Clone, Copy)]
enum Free {
    All,
    Nothing,
    /// All, and what was taken since the question before is noted.
    Noted,
}

thread_local! {
    static FREE: Cell<Free> = const { Cell::new(Free::All) };
    static ASKED: Cell<Option<(Granted, Since)>> = const { Cell::new(None) };
    static GRANTS: Cell<u32> = const { Cell::new(0) };
    static TAKEN: Cell<Option<[u32; 4]>> = const { Cell::new(None) };
    static REPORT: Cell<Box<SettingsReport>> = Cell::default();
}

fn free() -> usize {
    match FREE.get() {
        Free::All => usize::MAX,
        Free::Nothing => 0,
        Free::Noted => {
            if let Some((_, since)) = ASKED.take() {
                TAKEN.set(Some(since.taken()));
                FREE.set(Free::All);
            } else {
                let granted = Granted::new(GRANTS.get());
                ASKED.set(Some((granted, Since::now())));
            }
            usize::MAX
        }
    }
}

/// Measures an engine of that [kind](Kind::of), with threads if the bit beyond is set, and its stacks.
#[expect(unsafe_code, reason = "it is called by its name")]
#[unsafe(no_mangle)]
pub(crate) extern "C" fn settings(
    kind: u32,
    value_stack: usize,
    recursion: usize,
    calls: usize,
) -> *const SettingsReport {
    const THREADS: u32 = 8;
    let has_threads = kind & THREADS != 0;
    let kind = Kind::of(kind & !THREADS);
    let mut config = kind.configuration();
    config
        .threads(has_threads)
        .max_value_stack(value_stack)
        .max_recursion_depth(recursion)
        .concurrent_calls(calls)
        .heap_free(free);
    let report = measured(&config, kind.placing).expect("the engine is made");
    let kept = Box::new(report);
    let at = &raw const *kept;
    REPORT.set(kept);
    at
}

fn measured(config: &Config, placing: Placing) -> Result<SettingsReport, Error> {
    let mut report = SettingsReport::default();
    report.engine_needed = refused(|| Engine::new(config).map(drop))?;
    {
        let _arena = Arena::new(placing);
        let _granted = Granted::new(report.engine_needed);
        let since = Since::now();
        let engine = Engine::new(config)?;
        report.engine = since.taken();
        drop(engine);
    }
    let engine = Engine::new(config)?;
    let module = Module::new(&engine, EMPTY)?;
    let mut store = Store::new(&engine, ());
    report.stacks_needed = refused(|| Instance::new(&mut store, &module, &[]).map(drop))?;
    drop((store, module, engine));
    let engine = Engine::new(config)?;
    let module = Module::new(&engine, EMPTY)?;
    let mut store = Store::new(&engine, ());
    let _arena = Arena::new(placing);
    (ASKED.take(), TAKEN.take());
    GRANTS.set(report.stacks_needed);
    FREE.set(Free::Noted);
    Instance::new(&mut store, &module, &[])?;
    report.stacks = TAKEN.take().ok_or(Error::Internal("the stacks did not ask"))?;
    drop((store, module, engine));
    Ok(report)
}

/// What is asked for where there is nothing.
fn refused(f: impl FnOnce() -> Result<(), Error>) -> Result<u32, Error> {
    FREE.set(Free::Nothing);
    let result = f();
    FREE.set(Free::All);
    match result {
        Err(Error::OutOfHeap { needed, .. }) => Ok(super::number(needed)),
        Err(error) => Err(error),
        Ok(()) => Ok(0),
    }
}
