//! Measures on a 32-bit target what modules take, for the test of their bound.
#![cfg(target_family = "wasm")]

mod counting;

use counting::Since;
use std::cell::{Cell, RefCell};
use vellum::{
    Config, Engine, Error, Extern, ExternType, Func, Global, Instance, Memory, Module, ModuleBytes,
    ModuleLimits, PAGE_SIZE, PagePool, Ref, RefType, Store, StoreLimits, Table, Val,
};
use vellum_prepare::{Options, prepare};

const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

/// What one module took, and its bound.
#[repr(C)]
#[derive(Default)]
pub struct Report {
    /// 0: refused by the module pass; 1: by the interpreter; 2: not instantiated; 3: instantiated.
    stage: u32,
    load: [u32; 2],
    bound_load: [u32; 2],
    instance: [u32; 2],
    bound_instance: [u32; 2],
    /// What finding the bound took.
    own: u32,
    code: u32,
}

/// Called when a module is about to be loaded.
fn asked() -> usize {
    let asked = ASKED.take().unwrap_or_else(Since::now);
    ASKED.set(Some(asked));
    usize::MAX
}

thread_local! {
    static ASKED: Cell<Option<Since>> = const { Cell::new(None) };
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

/// Measures that module, on engines with fuel or without.
#[expect(unsafe_code, reason = "it is called by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn measure(fuel: u32) -> *const Report {
    let bytes = MODULE.take();
    REPORT.with_borrow_mut(|report| {
        **report = Report::default();
        measured(&bytes, fuel != 0, report);
        &raw const **report
    })
}

fn configuration(fuel: bool) -> Config {
    let mut config = Config::new();
    config
        .page_pool(&PAGES)
        .module_limits(ModuleLimits::UNLIMITED)
        .memory_maximum(8)
        .consume_fuel(fuel)
        .heap_free(asked);
    config
}

fn measured(bytes: &[u8], fuel: bool, report: &mut Report) {
    let Ok(prepared) = prepare(bytes, &Options::new()) else { return };
    let since = Since::now();
    let Ok(bound) = prepared.bound(fuel) else { return };
    report.own = since.peak();
    let number = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    report.bound_load =
        [number(bound.load.peak + bound.entries), number(bound.load.kept + bound.entries)];
    report.bound_instance = [number(bound.instance.peak), number(bound.instance.kept)];
    report.code = number(bound.code);
    report.stage = 1;
    drop(prepared);
    let Ok(engine) = Engine::new(&configuration(fuel)) else { return };
    // What the engine's own module left behind goes with the first one that is loaded.
    drop(Module::new(&engine, EMPTY));
    let bytes = ModuleBytes::from(bytes.to_vec());
    let before = Since::now();
    ASKED.set(None);
    let module = Module::new(&engine, bytes.clone());
    let kept = before.kept();
    let Some(asked) = ASKED.take() else { return };
    report.load = [asked.peak(), kept];
    if module.is_err() {
        return;
    }
    drop((module, engine));
    report.stage = 2;
    let Ok(instance) = instantiated(&bytes, fuel) else { return };
    report.stage = 3;
    report.instance = instance;
}

fn instantiated(bytes: &ModuleBytes, fuel: bool) -> Result<[u32; 2], Error> {
    let engine = Engine::new(&configuration(fuel))?;
    // The stacks come with the first instance.
    let empty = Module::new(&engine, EMPTY)?;
    Instance::new(&mut Store::new(&engine, ()), &empty, &[])?;
    let module = Module::new(&engine, bytes.clone())?;
    let types: Vec<ExternType> = module.imports().map(|import| import.ty().clone()).collect();
    let mut externs: Vec<Extern> = Vec::with_capacity(types.len());
    let since = Since::now();
    let limits = StoreLimits {
        table_elements: 1 << 22,
        tables: 1 << 20,
        memories: 1 << 10,
        ..StoreLimits::default()
    };
    let mut store = Store::new(&engine, ());
    store.set_limits(limits);
    if fuel {
        store.set_fuel(1_000_000)?;
    }
    for ty in types {
        externs.push(import(&mut store, ty)?);
    }
    let instance = Instance::new(&mut store, &module, &externs);
    let taken = [since.peak(), since.kept()];
    // A start function may trap.
    drop(instance);
    Ok(taken)
}

fn import(store: &mut Store<()>, ty: ExternType) -> Result<Extern, Error> {
    Ok(match ty {
        ExternType::Func(ty) => {
            let results: Vec<_> = ty.results().to_vec();
            let func = Func::new(store, ty, move |_, _, out| {
                for (out, ty) in out.iter_mut().zip(&results) {
                    *out = Val::default_for_ty(*ty);
                }
                Ok(())
            });
            func?.into()
        }
        ExternType::Global(ty) => {
            Global::new(store, Val::default_for_ty(ty.content()), ty.mutability())?.into()
        }
        ExternType::Table(ty) => {
            let null = match ty.element() {
                RefType::Func => Ref::Func(None),
                RefType::Extern => Ref::Extern(None),
            };
            Table::new(store, ty, null)?.into()
        }
        ExternType::Memory(ty) => Memory::new(store, ty)?.into(),
        _ => return Err(Error::Exit(1)),
    })
}
