//! Runs any module as a job: links it with a few host functions, starts it, calls what is asked
//! for, prints results and a report, and frees everything.

mod call;
mod failure;
mod imports;
mod job;
mod number;
mod report;

use vellum::{Config, Engine, Error, Module, ModuleLimits, PAGE_SIZE, PagePool, Store};

pub use call::Call;
pub use failure::Failure;
pub use job::{Job, JobError, Jobs};
pub use number::Argument;

use crate::Platform;
use report::Report;

/// The part of the pool, as a divisor, that a memory without a declared maximum may grow by.
const RESERVE: u64 = 4;

/// The resources that a job may use.
#[derive(Clone, Copy, Debug)]
pub struct Resources {
    /// The pool for the guest's memories; no other guest uses it meanwhile.
    pub pages: &'static PagePool,
    /// How many bytes the heap has free, for admission.
    pub heap_free: Option<fn() -> usize>,
    /// Bytes of the guest's value stack.
    pub value_stack: usize,
    /// Functions of the guest that may be active at once.
    pub recursion: usize,
    /// What a module may contain.
    pub module_limits: ModuleLimits,
}

impl Resources {
    /// Those of a small chip: the runtime's defaults.
    pub const fn small(pages: &'static PagePool) -> Resources {
        Resources {
            pages,
            heap_free: None,
            value_stack: 3072,
            recursion: 64,
            module_limits: ModuleLimits::UNLIMITED,
        }
    }

    pub(crate) fn config(&self) -> Config {
        let pages = (self.pages.capacity() / PAGE_SIZE) as u64;
        let mut config = Config::new();
        config
            .page_pool(self.pages)
            .max_value_stack(self.value_stack)
            .max_recursion_depth(self.recursion)
            .module_limits(self.module_limits)
            .memory_reserve(pages / RESERVE)
            .memory_maximum(pages);
        if let Some(free) = self.heap_free {
            config.heap_free(free);
        }
        config
    }
}

/// Runs `module` as `call` says: the start function, then `_start` if it is exported, or the
/// function that is named.
///
/// Nothing that was made from `module` is alive when this returns.
///
/// # Errors
///
/// The one line that says what stopped the job, and where.
pub fn run<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: &'static [u8],
    call: &Call<'_>,
) -> Result<(), Failure> {
    platform.restart();
    let before = platform.heap().map(|heap| heap.used);
    let mut report = Report::new(resources.pages);
    let result = guest(platform, resources, module, call, &mut report);
    if call.report {
        report.print(platform);
    }
    let leaked = platform.heap().map(|heap| heap.used) != before || resources.pages.leased() != 0;
    match result {
        Ok(()) if leaked => Err(Failure::Leak),
        result => result,
    }
}

/// Loads the module. Frames here are small and [`started`] stays out of them, because the
/// interpreter needs most of a small native stack while it loads.
fn guest<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: &'static [u8],
    call: &Call<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let engine = engine(resources, call.fuel.is_some())?;
    let start = platform.clock();
    let module = Module::new(&engine, module);
    report.load = report::elapsed(start, platform.clock());
    started(platform, &engine, &module?, call, report)
}

#[inline(never)]
fn engine(resources: &Resources, fuel: bool) -> Result<Engine, Error> {
    Engine::new(resources.config().consume_fuel(fuel))
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
    let mut store = Store::new(engine, platform.clone());
    if let Some(fuel) = call.fuel {
        store.set_fuel(fuel)?;
    }
    let start = platform.clock();
    let instance = imports::linker(engine)?.instantiate(&mut store, module);
    report.add_load(report::elapsed(start, platform.clock()));
    let result = instance.map_err(Failure::starting).and_then(|instance| {
        let start = platform.clock();
        let result = call.run(platform, &mut store, &instance);
        report.call = report::elapsed(start, platform.clock());
        report.used = report::used(&store, &instance);
        result
    });
    report.measure(platform, &store);
    result
}
