//! Runs any module as a job: links it with a few host functions, starts it, calls what is asked
//! for, prints results and a report, and frees everything.

#[cfg(feature = "backtrace")]
mod backtrace;
mod call;
#[cfg(feature = "backtrace")]
mod checked;
#[cfg(feature = "backtrace")]
mod core_dump;
mod failure;
mod imports;
mod job;
mod linkable;
mod lossy;
mod memories;
mod missing;
mod number;
mod pages;
#[cfg(feature = "backtrace")]
mod profile;
mod program;
mod provided;
mod report;
mod resources;
mod settings;
#[cfg(feature = "signed")]
mod signed;
mod step;
pub mod strings;
mod toolchains;
mod unlinked;

use alloc::{boxed::Box, vec::Vec};

use vellum::{Engine, Error, Instance, Memory, Module, ModuleBytes, Store};
use vellum_prepare::shares_memory;

pub use call::{Call, Reporting};
pub use failure::Failure;
pub use job::{Job, JobError, Jobs};
pub use memories::Moment;
pub use number::Argument;
pub use resources::Resources;
pub use settings::Settings;
pub use step::Step;

use crate::{Heap, Platform};
use program::Program;
use report::Report;

/// Runs `module` as `call` says: the start function, then `_start` if it is exported, or the
/// function that is named.
///
/// Nothing that was made from `module` is alive when this returns: a buffer that it is in is free again.
///
/// # Errors
///
/// The one line that says what stopped the job, and where.
pub fn run<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: ModuleBytes,
    call: &Call<'_>,
) -> Result<(), Failure> {
    platform.limit_heap(call.settings.heap);
    let result = within_limit(platform, resources, module, call);
    platform.limit_heap(None);
    result
}

fn within_limit<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: ModuleBytes,
    call: &Call<'_>,
) -> Result<(), Failure> {
    platform.restart();
    let before = platform.heap().map(|heap| heap.used);
    let mut report = Report::new(platform, resources, call);
    if matches!(call.report, Reporting::Costs | Reporting::Budget) {
        report.engine = engine_heap(platform, resources, module.as_ref(), call);
        platform.restart();
    }
    let result = guest(platform, resources, module, call, &mut report);
    if resources.shares_region {
        platform.reclaim(resources.pages);
    }
    report.note_stack(platform, Step::Unloading);
    report.print_refusals(platform);
    match call.report {
        Reporting::Nothing => {}
        Reporting::Stack => report.print_stack(platform),
        Reporting::Costs | Reporting::Budget => report.print(platform),
    }
    let leaked = platform.heap().map(|heap| heap.used) != before || resources.pages.leased() != 0;
    match result {
        Ok(()) if leaked => Err(Failure::Leak),
        result => result,
    }
}

/// Bytes of heap that the engine of `module` takes with all its stacks and a guest that has nothing, and the
/// most on the way there.
#[inline(never)]
fn engine_heap<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: &[u8],
    call: &Call<'_>,
) -> Option<(usize, usize)> {
    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";
    let before = platform.heap()?.used;
    let engine = engine(resources, module, call).ok()?;
    let empty = Module::new(&engine, EMPTY).ok()?;
    let mut store = store(platform, &engine, call).ok()?;
    instantiated(&engine, &mut store, &empty, call, &mut Vec::new(), None).ok()?;
    let Heap { used, peak_if_moved, .. } = platform.heap()?;
    Some((used - before, peak_if_moved - before))
}

/// Runs the guest. While its module is loaded, a region that is shared may have room for its pages in
/// pieces only: then it is loaded again, behind the pages.
fn guest<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: ModuleBytes,
    call: &Call<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let again = module.as_static().filter(|_| resources.shares_region);
    let result = loaded(platform, resources, module, call, report);
    let (Err(Failure::Runtime(Error::OutOfPages(refusal))), Some(module)) = (&result, again) else {
        return result;
    };
    report.lent = pages::lend(platform, resources, call, refusal.needed).unwrap_or_default();
    if report.lent == 0 {
        return result;
    }
    platform.restart();
    loaded(platform, resources, module.into(), call, report)
}

/// Loads the module. Frames here are small and [`started`] stays out of them, because the
/// interpreter needs most of a small native stack while it loads.
fn loaded<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: ModuleBytes,
    call: &Call<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    platform.step(Step::Loading);
    if call.report != Reporting::Budget {
        linkable::check(platform, resources, module.as_ref(), call)?;
        platform.restart();
    }
    let engine = engine(resources, module.as_ref(), call)?;
    report.note_engine(platform);
    #[cfg(feature = "signed")]
    let verified = signed::verified(platform, &engine, &module, report)?;
    let start = platform.clock();
    #[cfg(not(feature = "signed"))]
    let module = Module::new(&engine, module);
    #[cfg(feature = "signed")]
    let module = signed::load(&engine, verified, module);
    let elapsed = report::elapsed(start, platform.clock());
    report.note_stack(platform, Step::Loading);
    let module = module?;
    report.note_module(platform, elapsed);
    let mut refusal = None;
    if resources.shares_region && report.lent == 0 {
        // The module is loaded, which needs the heap most.
        let needed = pages::reserved(&module, resources.pages.granule() as u64);
        match pages::lend(platform, resources, call, needed) {
            Ok(bytes) => report.lent = bytes,
            Err(error) => refusal = Some(error),
        }
    }
    match (started(platform, &engine, &module, call, report), refusal) {
        // The pool knows nothing of the region.
        (Err(Failure::Runtime(Error::OutOfPages(_))), Some(refusal)) => {
            Err(Error::OutOfPages(refusal).into())
        }
        (result, _) => result,
    }
}

/// An engine with threads, if the guest has any: what the module lacks is found when it is loaded.
#[inline(never)]
fn engine(resources: &Resources, module: &[u8], call: &Call<'_>) -> Result<Engine, Error> {
    let mut config = resources.config(!call.settings.is_unasked);
    call.settings.apply(&mut config);
    config.consume_fuel(call.fuel.is_some());
    if call.slice.is_some() || shares_memory(module).unwrap_or(false) {
        config.threads(true).max_threads(resources.threads);
        config.concurrent_calls(resources.threads + 1);
    }
    if let Some(slice) = call.slice {
        config.slice(slice);
    }
    Engine::new(&config)
}

/// Instantiates the module, calls it and measures.
#[inline(never)]
fn started<P: Platform>(
    platform: &P,
    engine: &Engine,
    module: &Module,
    call: &Call<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    platform.step(Step::Instantiating);
    let mut store = store(platform, engine, call)?;
    let start = platform.clock();
    let mut shared = Vec::new();
    let instance = instantiated(engine, &mut store, module, call, &mut shared, Some(report));
    let elapsed = report::elapsed(start, platform.clock());
    report.note_stack(platform, Step::Instantiating);
    if instance.is_ok() {
        report.note_instance(platform, elapsed);
    }
    let result = instance.and_then(|instance| {
        platform.step(Step::Calling);
        let start = platform.clock();
        let result = call.run(platform, &mut store, module, &instance);
        memories::show(platform, &mut store, &instance, Moment::After);
        report.call = report::elapsed(start, platform.clock());
        report.note_stack(platform, Step::Calling);
        result
    });
    store.data().flush();
    #[cfg(feature = "backtrace")]
    if result.as_ref().is_err_and(|failure| !failure.is_success()) {
        backtrace::print(platform, &mut store);
    }
    report.begin_unloading(platform);
    report.note_memory(&store, &shared);
    match result {
        Err(failure) if failure.is_success() => Ok(()),
        result => result,
    }
}

/// A store on the heap: on the native stack it would lie below all that the guest does.
#[inline(never)]
fn store<P: Platform>(
    platform: &P,
    engine: &Engine,
    call: &Call<'_>,
) -> Result<Box<Store<Program<P>>>, Error> {
    let mut store =
        Box::new(Store::new(engine, Program::new(platform.clone(), call.strings.as_deref())));
    if let Some(fuel) = call.fuel {
        store.set_fuel(fuel)?;
    }
    Ok(store)
}

/// Links and starts the module; apart from [`started`], whose frame stays while the guest runs.
#[inline(never)]
fn instantiated<P: Platform>(
    engine: &Engine,
    store: &mut Store<Program<P>>,
    module: &Module,
    call: &Call<'_>,
    shared: &mut Vec<Memory>,
    report: Option<&mut Report>,
) -> Result<Instance, Failure> {
    let mut linker = imports::linker(engine, module)?;
    *shared = provided::define(&mut linker, engine, store, module)?;
    if call.report == Reporting::Budget {
        missing::define(&mut linker, store, module)?;
    }
    let instance = linker.instantiate(&mut *store, module);
    instance.map_err(|error| {
        if let Some(report) = report {
            report.begin_unloading(&store.data().platform);
        }
        unlinked::failure(&linker, store, module, error)
    })
}
