//! The side of this runtime, used as its users do.

use super::{
    LIBRARY,
    outcome::{GLOBALS, MEMORIES, Outcome, Run},
    ty::{Ty, Value},
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use vellum::{
    CompilationMode, Config, Engine, Error, Func, Global, Instance, Linker, Memory, Module,
    ModuleLimits, PAGE_SIZE, PagePool, Platform, Ref, Store, StoreLimits, Table, Val,
};

static PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();

/// How a module is loaded and run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Translated while it is loaded, without fuel.
    Eager,
    /// Translated at the first call, without fuel.
    Lazy,
    /// Translated while it is loaded, with fuel.
    Fuel,
    /// Translated at the first call, with fuel.
    LazyFuel,
    /// On an engine with threads, in slices as short as can be.
    Slices,
}

impl Way {
    /// All of them, in turns.
    pub const ALL: [Self; 5] = [Self::Eager, Self::Fuel, Self::Lazy, Self::Slices, Self::LazyFuel];

    fn config(self) -> Config {
        let mut config = Config::new();
        config
            .page_pool(&PAGES)
            .max_value_stack(64 * 1024)
            .max_recursion_depth(200)
            .module_limits(ModuleLimits::UNLIMITED);
        match self {
            Self::Eager => &mut config,
            Self::Lazy => config.compilation_mode(CompilationMode::Lazy),
            Self::Fuel => config.consume_fuel(true),
            Self::LazyFuel => config.consume_fuel(true).compilation_mode(CompilationMode::Lazy),
            Self::Slices => config.threads(true).slice(1).platform(&Platform::ONE_CORE),
        };
        config
    }
}

/// An instance of a module on an engine of its own.
pub(super) struct OurRun {
    store: Store<()>,
    instance: Instance,
    memories: Vec<Memory>,
    globals: Vec<Global>,
    table: Table,
}

/// Runs what may panic.
pub(super) fn caught<T>(run: impl FnOnce() -> Result<T, Outcome>) -> Result<T, Outcome> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or(panic.downcast_ref::<&str>().copied());
        Err(Outcome::Panic(text.unwrap_or("of no text").to_owned()))
    })
}

fn outcome(error: Error) -> Outcome {
    match error {
        Error::Trap(trap) => Outcome::Trap(trap.message().to_owned()),
        other => Outcome::Refused(other.to_string()),
    }
}

impl OurRun {
    /// Loads and instantiates a module.
    ///
    /// # Errors
    ///
    /// What came of it instead.
    pub(super) fn start(way: Way, bytes: &[u8]) -> Result<Self, Outcome> {
        caught(|| Self::new(way, bytes).map_err(outcome))
    }

    fn new(way: Way, bytes: &[u8]) -> Result<Self, Error> {
        let engine = Engine::new(&way.config())?;
        let mut store = Store::new(&engine, ());
        store.set_limits(StoreLimits { tables: 1000, ..StoreLimits::default() });
        if matches!(way, Way::Fuel | Way::LazyFuel) {
            store.set_fuel(u64::MAX / 2)?;
        }
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("spectest", "print", || {})?
            .func_wrap("spectest", "print_i32", |_: i32| {})?
            .func_wrap("spectest", "print_i64", |_: i64| {})?
            .func_wrap("spectest", "print_f64_f64", |_: f64, _: f64| {})?
            .func_wrap("env", "count", || 77_i32)?
            .func_wrap("env", "i32", |value: i32| value.wrapping_mul(3))?
            .func_wrap("env", "turn", |one: i32, other: i64| (other, one))?;
        let library = Module::new(&engine, wat::parse_str(LIBRARY).unwrap_or_default())?;
        let library = linker.instantiate(&mut store, &library)?;
        linker.instance(&mut store, "lib", library)?;
        let module = Module::new(&engine, bytes.to_vec())?;
        let instance = linker.instantiate(&mut store, &module)?;
        let memories = MEMORIES.map(|name| instance.get_memory(&store, name));
        let globals = GLOBALS.map(|(name, _)| instance.get_global(&store, name));
        Ok(Self {
            memories: memories.into_iter().collect::<Result<_, _>>()?,
            globals: globals.into_iter().collect::<Result<_, _>>()?,
            table: instance.get_table(&store, "t")?,
            store,
            instance,
        })
    }

    fn func(&self, number: usize) -> Result<Func, Error> {
        self.instance.get_func(&self.store, &number.to_string())
    }

    fn try_call(
        &mut self,
        number: usize,
        arguments: &[Value],
        types: &[Ty],
    ) -> Result<Vec<Value>, Error> {
        let func = self.func(number)?;
        let arguments: Vec<Val> = arguments.iter().map(|value| argument(*value)).collect();
        let mut results: Vec<Val> = types.iter().map(|_| Val::I32(0)).collect();
        func.call(&mut self.store, &arguments, &mut results)?;
        Ok(results.iter().map(value).collect())
    }
}

fn argument(value: Value) -> Val {
    match value.ty {
        Ty::I32 => Val::I32(value.bits as i32),
        Ty::I64 => Val::I64(value.bits as i64),
        Ty::F32 => Val::F32(value.bits as u32),
        Ty::F64 => Val::F64(value.bits as u64),
        Ty::V128 => Val::V128(value.bits),
        Ty::Func => Val::FuncRef(None),
    }
}

fn value(value: &Val) -> Value {
    let (ty, bits) = match value {
        Val::I32(value) => (Ty::I32, value.cast_unsigned().into()),
        Val::I64(value) => (Ty::I64, value.cast_unsigned().into()),
        Val::F32(bits) => (Ty::F32, (*bits).into()),
        Val::F64(bits) => (Ty::F64, (*bits).into()),
        Val::V128(bits) => (Ty::V128, *bits),
        Val::FuncRef(func) => (Ty::Func, func.is_some().into()),
        Val::ExternRef(value) => (Ty::Func, value.is_some().into()),
    };
    Value { ty, bits }
}

impl Run for OurRun {
    fn call(&mut self, number: usize, arguments: &[Value], results: &[Ty]) -> Outcome {
        let called = caught(|| self.try_call(number, arguments, results).map_err(outcome));
        called.map_or_else(|other| other, Outcome::Values)
    }

    fn length(&mut self, memory: usize) -> usize {
        self.memories[memory].size(&self.store).map_or(0, |pages| pages as usize * PAGE_SIZE)
    }

    fn read(&mut self, memory: usize, offset: usize, bytes: &mut [u8]) {
        self.memories[memory].read(&self.store, offset, bytes).expect("the range is in the memory");
    }

    fn write(&mut self, memory: usize, offset: usize, bytes: &[u8]) {
        let written = self.memories[memory].write(&mut self.store, offset, bytes);
        written.expect("the range is in the memory");
    }

    fn global(&mut self, global: usize) -> Value {
        value(&self.globals[global].get(&self.store).expect("it is this store's"))
    }

    fn table(&mut self) -> Vec<bool> {
        let size = self.table.size(&self.store).expect("it is this store's");
        (0..size)
            .map(|index| {
                let element = self.table.get(&self.store, index).expect("it is this store's");
                matches!(element, None | Some(Ref::Func(None)))
            })
            .collect()
    }
}
