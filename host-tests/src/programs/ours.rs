//! The runtime's side.

use super::host::{self, Failed, Host};
use super::program::Call;
use super::setup::Setup;
use super::side::{Frame, Outcome, Side};
use super::value::Value;
use std::borrow::Cow;
use vellum::{
    AsContextMut, Backtrace, Caller, Engine, Error, Extern, ExternType, FuncType, Global, Instance,
    Linker, Memory, Module, PAGE_SIZE, PagePool, Ref, Store, Table, Val, ValType,
};

static PAGES: PagePool<[u8; 128 * PAGE_SIZE]> = PagePool::new();

/// A store with its own engine, since an engine keeps all code it has ever translated.
pub(crate) struct Ours {
    setup: Setup,
    engine: Engine,
    store: Store<Host>,
    linker: Linker<Host>,
    instances: Vec<Instance>,
    memories: Vec<Memory>,
    globals: Vec<Global>,
    tables: Vec<Table>,
    ticks: Vec<Global>,
}

/// A value as both runtimes have it.
pub(crate) fn value(val: &Val) -> Value {
    match val {
        Val::I32(value) => Value::I32(value.cast_unsigned()),
        Val::I64(value) => Value::I64(value.cast_unsigned()),
        Val::F32(bits) => Value::F32(*bits),
        Val::F64(bits) => Value::F64(*bits),
        Val::V128(bits) => Value::V128(*bits),
        Val::FuncRef(func) => Value::Func(func.is_none()),
        Val::ExternRef(value) => Value::Extern(value.is_none()),
    }
}

/// The runtime's value; references are null.
pub(crate) fn val(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value.cast_signed()),
        Value::I64(value) => Val::I64(value.cast_signed()),
        Value::F32(bits) => Val::F32(bits),
        Value::F64(bits) => Val::F64(bits),
        Value::V128(bits) => Val::V128(bits),
        Value::Func(_) => Val::FuncRef(None),
        Value::Extern(_) => Val::ExternRef(None),
    }
}

fn parsed(ty: ValType) -> wasmparser::ValType {
    match ty {
        ValType::I32 => wasmparser::ValType::I32,
        ValType::I64 => wasmparser::ValType::I64,
        ValType::F32 => wasmparser::ValType::F32,
        ValType::F64 => wasmparser::ValType::F64,
        ValType::V128 => wasmparser::ValType::V128,
        ValType::FUNCREF => wasmparser::ValType::FUNCREF,
        ValType::EXTERNREF => wasmparser::ValType::EXTERNREF,
    }
}

/// What came of it, as both runtimes say it.
pub(crate) fn outcome(result: Result<Vec<Value>, Error>) -> Outcome {
    match result {
        Ok(values) => Outcome::Values(values),
        Err(Error::Trap(vellum::Trap::CallStackExhausted)) => Outcome::Exhausted("stack"),
        Err(Error::Trap(trap)) => Outcome::Trap(trap.message()),
        Err(Error::OutOfFuel) => Outcome::Exhausted("fuel"),
        Err(error) if error.downcast_ref::<Failed>().is_some() => Outcome::HostError,
        Err(error) => Outcome::Other(error.to_string()),
    }
}

fn heard(host: &mut Host, arguments: &[Value], results: &[ValType]) -> Result<Vec<Val>, Error> {
    let results: Vec<_> = results.iter().map(|ty| parsed(*ty)).collect();
    let results = host.call(arguments.iter().copied(), &results).map_err(Error::host)?;
    Ok(results.into_iter().map(val).collect())
}

impl Ours {
    /// An empty store of an engine that is set up so.
    pub(crate) fn new(setup: Setup) -> Self {
        let engine = crate::engine_with(&PAGES, |config| setup.configure(config));
        let store = Store::new(&engine, Host::default());
        let mut ours = Self {
            setup,
            linker: Linker::new(&engine),
            engine,
            store,
            instances: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            tables: Vec::new(),
            ticks: Vec::new(),
        };
        ours.refuel(u64::MAX >> 8);
        ours
    }

    /// Gives it so much fuel, if it counts any.
    pub(crate) fn refuel(&mut self, fuel: u64) {
        if self.setup.consumes_fuel() {
            self.store.set_fuel(fuel).expect("the engine counts fuel");
        }
    }

    fn define(&mut self, module: &str, name: &str, ty: &ExternType) -> Result<(), Error> {
        if self.linker.get(&mut self.store, module, name)?.is_some() {
            return Ok(());
        }
        match ty {
            ExternType::Func(ty) => return self.define_function(module, name, ty),
            ExternType::Global(ty) => {
                let value = val(host::global(parsed(ty.content())));
                let mutability = ty.mutability();
                let global = Global::new(&mut self.store, value, mutability)?;
                self.globals.push(global);
                self.linker.define(module, name, global)?;
            }
            ExternType::Table(ty) => {
                let table = Table::new(&mut self.store, *ty, Ref::null(ty.element()))?;
                self.tables.push(table);
                self.linker.define(module, name, table)?;
            }
            ExternType::Memory(ty) => {
                let memory = Memory::new(&mut self.store, *ty)?;
                self.memories.push(memory);
                self.linker.define(module, name, memory)?;
            }
            other => return Err(Error::host(format!("an import of a {other:?}"))),
        }
        Ok(())
    }

    /// Functions of the simplest types are closures, since these are entered otherwise.
    fn define_function(&mut self, module: &str, name: &str, ty: &FuncType) -> Result<(), Error> {
        let linker = &mut self.linker;
        if module == "vellum.profile" {
            linker.func_wrap(module, name, |_: i32| {})?;
            return Ok(());
        }
        match (ty.params(), ty.results()) {
            ([], []) => {
                linker.func_wrap(module, name, |mut caller: Caller<'_, Host>| {
                    heard(caller.data_mut(), &[], &[]).map(drop)
                })?;
            }
            ([ValType::I32], [ValType::I32]) => {
                linker.func_wrap(module, name, |mut caller: Caller<'_, Host>, a: i32| {
                    let results = heard(caller.data_mut(), &[value(&a.into())], &[ValType::I32])?;
                    Ok::<_, Error>(results[0].i32().expect("it is of this type"))
                })?;
            }
            ([ValType::I64, ValType::F32], [ValType::F32, ValType::I64]) => {
                linker.func_wrap(
                    module,
                    name,
                    |mut caller: Caller<'_, Host>, a: i64, b: f32| {
                        let arguments = [value(&a.into()), value(&b.into())];
                        let types = [ValType::F32, ValType::I64];
                        let results = heard(caller.data_mut(), &arguments, &types)?;
                        Ok::<_, Error>((
                            results[0].f32().expect("it is of this type"),
                            results[1].i64().expect("it is of this type"),
                        ))
                    },
                )?;
            }
            _ => {
                let types = ty.results().to_vec();
                linker.func_new(module, name, ty.clone(), move |mut caller, params, results| {
                    let arguments: Vec<_> = params.iter().map(value).collect();
                    results.copy_from_slice(&heard(caller.data_mut(), &arguments, &types)?);
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    fn try_instantiate(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let bytes = self.setup.prepare(bytes);
        let module = Module::new(&self.engine, bytes)?;
        let imports: Vec<_> = module
            .imports()
            .map(|import| {
                (import.module().to_owned(), import.name().to_owned(), import.ty().clone())
            })
            .collect();
        for (module, name, ty) in &imports {
            self.define(module, name, ty)?;
        }
        let instance = self.linker.instantiate(&mut self.store, &module)?;
        let name = format!("m{}", self.instances.len());
        self.linker.instance(&mut self.store, &name, instance)?;
        let mut exports = instance.exports(&mut self.store)?;
        exports.sort_by(|a, b| a.name().cmp(b.name()));
        for export in exports {
            let tick = export.name() == "tick";
            match export.into_extern() {
                Extern::Memory(memory) => self.memories.push(memory),
                Extern::Global(global) if tick => self.ticks.push(global),
                Extern::Global(global) => self.globals.push(global),
                Extern::Table(table) => self.tables.push(table),
                // An instance exports its shared memories as memories of its store.
                Extern::Func(_) | Extern::SharedMemory(_) => {}
            }
        }
        self.instances.push(instance);
        Ok(())
    }

    fn try_call(&mut self, call: &Call) -> Result<Vec<Value>, Error> {
        let func = self.instances[call.instance].get_func(&self.store, &call.function)?;
        let arguments: Vec<_> = call.arguments.iter().map(|argument| val(*argument)).collect();
        let ty = func.ty(&self.store)?;
        let mut results: Vec<_> = ty.results().iter().map(|ty| Val::default_for_ty(*ty)).collect();
        func.call(self.store.as_context_mut(), &arguments, &mut results)?;
        Ok(results.iter().map(value).collect())
    }
}

impl Side for Ours {
    fn instantiate(&mut self, module: &[u8]) -> Outcome {
        outcome(self.try_instantiate(module).map(|()| Vec::new()))
    }

    fn call(&mut self, call: &Call) -> Outcome {
        let result = self.try_call(call);
        outcome(result)
    }

    fn frames(&self) -> Vec<Frame> {
        let frames = self.store.backtrace().map(Backtrace::frames).unwrap_or_default();
        frames.iter().map(|it| (it.func_index().unwrap_or(u32::MAX), it.module_offset())).collect()
    }

    fn memories(&self) -> usize {
        self.memories.len()
    }

    fn bytes(&mut self, memory: usize) -> Cow<'_, [u8]> {
        let memory = self.memories[memory];
        if !self.setup.has_threads() {
            return Cow::Borrowed(memory.data(&self.store).expect("it is this store's"));
        }
        let guard = self.store.lock().expect("nobody else has it");
        Cow::Owned(memory.data(&guard).expect("it is this store's").to_vec())
    }

    fn cells(&mut self) -> Vec<Value> {
        let mut cells = Vec::new();
        for global in &self.globals {
            cells.push(value(&global.get(&self.store).expect("it is this store's")));
        }
        for table in &self.tables {
            let size = table.size(&self.store).expect("it is this store's");
            for index in 0..size {
                let element = table.get(&self.store, index).expect("it is this store's");
                cells.push(match element.expect("the table is as large") {
                    Ref::Func(func) => Value::Func(func.is_none()),
                    Ref::Extern(value) => Value::Extern(value.is_none()),
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
