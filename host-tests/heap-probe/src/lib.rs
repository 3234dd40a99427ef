//! Measures on a 32-bit target what modules take, for the test of their bound.
#![cfg(target_family = "wasm")]

mod arena;
mod heap;
mod imports;
mod settings;

use arena::Placing;
use heap::{Arena, Granted, Since};
use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};
use vellum::{
    CompilationMode, Config, Engine, Error, Extern, ExternType, Instance, Module, ModuleLimits,
    PAGE_SIZE, PagePool, Store, StoreLimits,
};
use vellum_prepare::{Heap, Loading, Options, prepare};

const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

/// What one module took, and its bound.
#[repr(C)]
#[derive(Default)]
pub struct Report {
    /// 0: refused by the module pass; 1: by the interpreter; 2: not instantiated; 3: instantiated.
    stage: u32,
    /// The most that was asked for at one time, what is kept, the most as an allocator counts it, and
    /// by how much the part of an allocator's arena that is in use has grown.
    load: [u32; 4],
    /// Bounds of the first three, and of the largest block.
    bound_load: [u32; 4],
    /// And coarse ones.
    coarse_load: [u32; 4],
    imports: [u32; 4],
    bound_imports: [u32; 4],
    instance: [u32; 4],
    bound_instance: [u32; 4],
    /// What finding the bound took.
    own: u32,
    code: u32,
}

/// How an engine is configured.
#[derive(Clone, Copy)]
struct Kind {
    fuel: bool,
    mode: CompilationMode,
    placing: Placing,
}

impl Kind {
    /// The last bit says whether fuel is counted, the one before it whether functions are translated lazily, and
    /// [that](Self::TWO_ENDED) whether the heap is one with two ends.
    fn of(number: u32) -> Self {
        let is_lazy = number & Self::LAZY != 0;
        let mode = if is_lazy { CompilationMode::Lazy } else { CompilationMode::Eager };
        let placing = match number & Self::TWO_ENDED {
            0 => Placing::OneEnded,
            _ => Placing::TwoEnded,
        };
        Self { fuel: number & 1 != 0, mode, placing }
    }

    const LAZY: u32 = 2;
    const TWO_ENDED: u32 = 16;

    fn configuration(self) -> Config {
        let mut config = Config::new();
        config
            .page_pool(&PAGES)
            .module_limits(ModuleLimits::UNLIMITED)
            .memory_maximum(8)
            .consume_fuel(self.fuel)
            .compilation_mode(self.mode)
            .heap_free(asked);
        config
    }

    fn loading(self) -> Loading {
        Loading { fuel: self.fuel, translates: self.mode == CompilationMode::Eager, types: 1 }
    }
}

/// That the runtime asked what the heap has free.
struct Asked {
    first: Since,
    /// What was taken from the first time to the second.
    between: Option<[u32; 4]>,
    /// What the first time was granted.
    _granted: Option<Granted>,
}

/// Called when a module is about to be loaded, or its imports to be made, or then an instance.
fn asked() -> usize {
    ASKED.set(Some(match ASKED.take() {
        None => {
            let granted = Some(Granted::new(GRANTS.get()));
            Asked { first: Since::now(), between: None, _granted: granted }
        }
        Some(Asked { first, between, .. }) => {
            let between = between.unwrap_or_else(|| first.taken());
            Asked { first, between: Some(between), _granted: None }
        }
    }));
    usize::MAX
}

thread_local! {
    static ASKED: Cell<Option<Asked>> = const { Cell::new(None) };
    /// What is granted the next time.
    static GRANTS: Cell<u32> = const { Cell::new(0) };
    static MODULE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static REPORT: RefCell<Box<Report>> = RefCell::default();
}

/// Where the next module goes, of so many bytes.
#[expect(unsafe_code, reason = "it is called by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn module(length: usize) -> *mut u8 {
    MODULE.with_borrow_mut(|module| {
        *module = vec![0; length];
        module.as_mut_ptr()
    })
}

/// Measures that module, on engines of that [kind](Kind::of).
#[expect(unsafe_code, reason = "it is called by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn measure(kind: u32) -> *const Report {
    let bytes = MODULE.take();
    REPORT.with_borrow_mut(|report| {
        **report = Report::default();
        measured(&bytes, Kind::of(kind), report);
        &raw const **report
    })
}

fn measured(bytes: &[u8], kind: Kind, report: &mut Report) {
    let Ok(prepared) = prepare(bytes, &Options::new()) else { return };
    let since = Since::now();
    let Ok(bound) = prepared.bound(kind.loading()) else { return };
    [report.own, ..] = since.taken();
    report.bound_load = numbers(bound.load, bound.entries);
    report.coarse_load = [u32::MAX; 4];
    // An invalid module is refused before there is a coarse bound.
    if let Ok(weight) = prepared.validate(true) {
        let Ok(coarse) = prepared.bound_for(kind.loading(), &weight, &|_| true) else { return };
        report.coarse_load = numbers(coarse.load, coarse.entries);
    }
    report.bound_imports = numbers(bound.instance.imports, 0);
    report.bound_instance = numbers(bound.instance.instance, 0);
    report.code = number(bound.code);
    report.stage = 1;
    drop(prepared);
    let Ok(engine) = Engine::new(&kind.configuration()) else { return };
    // What the engine's own module left behind goes with the first one that is loaded.
    drop(Module::new(&engine, EMPTY));
    let bytes: Arc<[u8]> = bytes.into();
    ASKED.set(None);
    GRANTS.set(granted(report.bound_load));
    let loaded = {
        let _arena = Arena::new(kind.placing);
        let before = Since::now();
        let module = Module::new(&engine, bytes.clone());
        let [_, kept, ..] = before.taken();
        let Some(Asked { first, .. }) = ASKED.take() else { return };
        let [peak, _, placed, extent] = first.taken();
        report.load = [peak, kept, placed, extent];
        module.map(drop).is_ok()
    };
    drop(engine);
    if loaded {
        report.stage = 2;
        GRANTS.set(granted(report.bound_imports));
        if let Ok(instance) = instantiated(&bytes, kind, granted(report.bound_instance))
            && let Ok(imports) = linked(&bytes, kind)
        {
            report.stage = 3;
            report.imports = imports;
            report.instance = instance;
        }
    }
}

/// What has to be free in one piece for that bound: an allocator may pass over a block that is larger than
/// the largest one by less than a sixteenth.
fn granted([_, _, placed, largest]: [u32; 4]) -> u32 {
    placed.saturating_add(largest / 16)
}

fn number(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn numbers(heap: Heap, entries: usize) -> [u32; 4] {
    let Heap { peak, kept, placed, largest } = heap;
    let [peak, kept, placed] = [peak, kept, placed].map(|bytes| bytes.saturating_add(entries));
    [peak, kept, placed, largest].map(number)
}

/// An engine whose stacks are there, which come with the first instance.
fn engine(kind: Kind) -> Result<Engine, Error> {
    let engine = Engine::new(&kind.configuration())?;
    let empty = Module::new(&engine, EMPTY)?;
    Instance::new(&mut Store::new(&engine, ()), &empty, &[])?;
    Ok(engine)
}

/// A store for an instance of any module.
fn store(engine: &Engine, kind: Kind) -> Result<Store<()>, Error> {
    let mut store = Store::new(engine, ());
    store.set_limits(StoreLimits {
        table_elements: 1 << 22,
        tables: 1 << 20,
        memories: 1 << 10,
        ..StoreLimits::default()
    });
    if kind.fuel {
        store.set_fuel(1_000_000)?;
    }
    Ok(store)
}

fn instantiated(bytes: &Arc<[u8]>, kind: Kind, granted: u32) -> Result<[u32; 4], Error> {
    let engine = engine(kind)?;
    let module = Module::new(&engine, bytes.clone())?;
    let types: Vec<ExternType> = module.imports().map(|import| import.ty().clone()).collect();
    let mut externs: Vec<Extern> = Vec::with_capacity(types.len());
    let _arena = Arena::new(kind.placing);
    let mut store = store(&engine, kind)?;
    for ty in types {
        externs.push(imports::import(&mut store, ty)?);
    }
    let granted = Granted::new(granted);
    let since = Since::now();
    // A start function may trap.
    let instance = Instance::new(&mut store, &module, &externs);
    let taken = since.taken();
    drop((instance, granted));
    Ok(taken)
}

/// What a linker takes for what the module imports.
fn linked(bytes: &Arc<[u8]>, kind: Kind) -> Result<[u32; 4], Error> {
    let engine = engine(kind)?;
    let module = Module::new(&engine, bytes.clone())?;
    let _arena = Arena::new(kind.placing);
    let mut store = store(&engine, kind)?;
    let linker = imports::linker(&mut store, &module)?;
    ASKED.set(None);
    // A start function may trap.
    let instance = linker.instantiate(&mut store, &module);
    let Some(Asked { between: Some(taken), .. }) = ASKED.take() else {
        return Err(Error::Internal("the linker did not ask"));
    };
    match instance {
        Err(error @ Error::IncompatibleImport { .. }) => Err(error),
        _ => Ok(taken),
    }
}
