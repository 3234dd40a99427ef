//! The side of `wasmtime`.

mod words;

use super::host::{self, Host};
use super::parts;
use super::program::Call;
use super::side::{Frame, Outcome, Side};
use super::value::Value;
use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use vellum_split::SplitOptions;
use wasmtime::{
    AsContextMut, Config, Engine, Extern, ExternType, Global, Instance, Linker, Memory, Module,
    OptLevel, Ref, RegallocAlgorithm, Result, Store, Table, Val,
};
use words::{frames, parsed};
pub(crate) use words::{outcome, val, value};

/// Instructions that a call may take, about.
const FUEL: u64 = 300_000;

/// The engine that compiles all programs.
pub(crate) fn engine() -> Engine {
    engine_with(None)
}

/// One that tells up to so many frames of what failed.
pub(crate) fn engine_with(frames: Option<NonZeroUsize>) -> Engine {
    let mut config = Config::new();
    config
        .wasm_multi_memory(true)
        .wasm_tail_call(true)
        .wasm_custom_page_sizes(true)
        .wasm_memory64(cfg!(feature = "memory64"))
        .wasm_backtrace_max_frames(frames)
        .consume_fuel(true)
        .max_wasm_stack(512 << 10)
        .memory_init_cow(false)
        .cranelift_opt_level(OptLevel::None)
        .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
    Engine::new(&config).expect("the configuration is supported")
}

/// A store.
pub(super) struct Theirs {
    store: Store<Host>,
    linker: Linker<Host>,
    instances: Vec<Instance>,
    memories: Vec<Memory>,
    globals: Vec<Global>,
    tables: Vec<Table>,
    ticks: Vec<Global>,
    fuel: u64,
    /// Where the last act failed.
    frames: Vec<Frame>,
    /// How large parts are, if modules are split.
    parts: Option<usize>,
    /// How many parts are loaded.
    loaded: Arc<AtomicUsize>,
}

impl Theirs {
    /// An empty store.
    pub(super) fn new(engine: &Engine) -> Self {
        Self {
            store: Store::new(engine, Host::default()),
            linker: Linker::new(engine),
            instances: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            tables: Vec::new(),
            ticks: Vec::new(),
            fuel: FUEL,
            frames: Vec::new(),
            parts: None,
            loaded: Arc::default(),
        }
    }

    /// Lets instantiation and each call take so much fuel.
    pub(super) fn with_fuel(mut self, fuel: u64) -> Self {
        self.fuel = fuel;
        self
    }

    /// Splits modules into parts of so many bytes.
    pub(super) fn in_parts(mut self, part_bytes: usize) -> Self {
        self.parts = Some(part_bytes);
        self
    }

    /// How many parts are loaded.
    pub(super) fn loaded(&self) -> usize {
        self.loaded.load(Ordering::Relaxed)
    }

    fn define(&mut self, module: &str, name: &str, ty: &ExternType) -> Result<()> {
        if self.linker.get(&mut self.store, module, name).is_ok() {
            return Ok(());
        }
        let store = &mut self.store;
        match ty {
            ExternType::Func(ty) => {
                let types: Vec<_> = ty.results().map(|ty| parsed(&ty)).collect();
                self.linker.func_new(
                    module,
                    name,
                    ty.clone(),
                    move |mut caller, params, results| {
                        let arguments: Vec<_> = params.iter().map(value).collect();
                        let values = caller.data_mut().call(arguments, &types)?;
                        results
                            .iter_mut()
                            .zip(values)
                            .for_each(|(result, value)| *result = val(value));
                        Ok(())
                    },
                )?;
            }
            ExternType::Global(ty) => {
                let value = val(host::global(parsed(ty.content())));
                let global = Global::new(&mut *store, ty.clone(), value)?;
                self.globals.push(global);
                self.linker.define(&*store, module, name, global)?;
            }
            ExternType::Table(ty) => {
                let null = Ref::null(ty.element().heap_type());
                let table = Table::new(&mut *store, ty.clone(), null)?;
                self.tables.push(table);
                self.linker.define(&*store, module, name, table)?;
            }
            ExternType::Memory(ty) => {
                let memory = Memory::new(&mut *store, ty.clone())?;
                self.memories.push(memory);
                self.linker.define(&*store, module, name, memory)?;
            }
            ExternType::Tag(_) => panic!("no module imports a tag"),
        }
        Ok(())
    }

    fn try_instantiate(&mut self, bytes: &[u8]) -> Result<()> {
        self.store.set_fuel(self.fuel)?;
        let module = match self.parts {
            Some(part_bytes) => {
                let options = SplitOptions::new().part_bytes(part_bytes);
                let split = vellum_split::split(bytes, &options)?;
                let module = Module::new(self.store.engine(), split.main())?;
                let load = parts::loader(&mut self.store, split, self.loaded.clone());
                self.linker.allow_shadowing(true);
                self.linker.define(&self.store, "vellum.parts", "load", load)?;
                module
            }
            None => Module::new(self.store.engine(), bytes)?,
        };
        for import in module.imports() {
            self.define(import.module(), import.name(), &import.ty())?;
        }
        let instance = self.linker.instantiate(&mut self.store, &module)?;
        let name = format!("m{}", self.instances.len());
        self.linker.instance(&mut self.store, &name, instance)?;
        let mut exports: Vec<_> = instance
            .exports(&mut self.store)
            .filter(|export| self.parts.is_none() || !export.name().starts_with("vellum.parts."))
            .map(|export| (export.name().to_owned(), export.into_extern()))
            .collect();
        exports.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, export) in exports {
            let tick = name == "tick";
            match export {
                Extern::Memory(memory) => self.memories.push(memory),
                Extern::Global(global) if tick => self.ticks.push(global),
                Extern::Global(global) => self.globals.push(global),
                Extern::Table(table) => self.tables.push(table),
                Extern::Func(_) | Extern::SharedMemory(_) | Extern::Tag(_) => {}
            }
        }
        self.instances.push(instance);
        Ok(())
    }

    fn try_call(&mut self, call: &Call) -> Result<Vec<Value>> {
        self.store.set_fuel(self.fuel)?;
        let func = self.instances[call.instance]
            .get_func(&mut self.store, &call.function)
            .expect("the module exports it");
        let arguments: Vec<_> = call.arguments.iter().map(|argument| val(*argument)).collect();
        let mut results = vec![Val::I32(0); func.ty(&self.store).results().len()];
        func.call(self.store.as_context_mut(), &arguments, &mut results)?;
        Ok(results.iter().map(value).collect())
    }
}

impl Side for Theirs {
    fn instantiate(&mut self, module: &[u8]) -> Outcome {
        let result = self.try_instantiate(module).map(|()| Vec::new());
        self.frames = frames(&result);
        outcome(result)
    }

    fn call(&mut self, call: &Call) -> Outcome {
        let result = self.try_call(call);
        self.frames = frames(&result);
        outcome(result)
    }

    fn frames(&self) -> Vec<Frame> {
        self.frames.clone()
    }

    fn memories(&self) -> usize {
        self.memories.len()
    }

    fn bytes(&mut self, memory: usize) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.memories[memory].data(&self.store))
    }

    fn cells(&mut self) -> Vec<Value> {
        let mut cells = Vec::new();
        for global in &self.globals {
            cells.push(value(&global.get(&mut self.store)));
        }
        for table in &self.tables {
            for index in 0..table.size(&self.store) {
                let element = table.get(&mut self.store, index).expect("the table is as large");
                cells.push(match element {
                    Ref::Func(func) => Value::Func(func.is_none()),
                    Ref::Extern(value) => Value::Extern(value.is_none()),
                    other => panic!("no table holds a {other:?}"),
                });
            }
        }
        cells
    }

    fn heard(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.store.data_mut().heard)
    }

    fn wind(&mut self, ticks: i32) {
        for global in &self.ticks {
            global.set(&mut self.store, Val::I32(ticks)).expect("it is a mutable i32");
        }
    }
}
