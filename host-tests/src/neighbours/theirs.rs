//! The side of `wasmtime`, whose results are taken as right.

use super::{
    LIBRARY,
    outcome::{GLOBALS, MEMORIES, Outcome, Run},
    ty::{Ty, Value},
};
use wasmtime::{
    Config, Engine, Error, Global, Instance, Linker, Memory, Module, OptLevel, Ref, Result, Store,
    Table, Trap, V128, Val,
};

/// Compiles modules of cases.
pub struct Theirs {
    engine: Engine,
    library: Module,
    linker: Linker<()>,
}

/// An instance of a module.
pub struct TheirRun {
    store: Store<()>,
    instance: Instance,
    memories: Vec<Memory>,
    globals: Vec<Global>,
    table: Table,
}

/// The text of this runtime for a trap.
fn trap(error: &Error) -> Outcome {
    let text = match error.downcast_ref::<Trap>() {
        Some(Trap::UnreachableCodeReached) => "unreachable",
        Some(Trap::MemoryOutOfBounds) => "out of bounds memory access",
        Some(Trap::TableOutOfBounds) => "out of bounds table access",
        Some(Trap::IndirectCallToNull) => "uninitialized element",
        Some(Trap::IntegerDivisionByZero) => "integer divide by zero",
        Some(Trap::IntegerOverflow) => "integer overflow",
        Some(Trap::BadConversionToInteger) => "invalid conversion to integer",
        Some(Trap::StackOverflow) => "call stack exhausted",
        Some(Trap::BadSignature) => "indirect call type mismatch",
        _ => return Outcome::Refused(format!("{error:?}")),
    };
    Outcome::Trap(text.to_owned())
}

impl Theirs {
    /// A compiler that is quick.
    ///
    /// # Errors
    ///
    /// Any error of `wasmtime`.
    pub fn new() -> Result<Self> {
        let mut config = Config::new();
        config
            .cranelift_opt_level(OptLevel::None)
            .wasm_multi_memory(true)
            .wasm_memory64(true)
            .wasm_tail_call(true);
        let engine = Engine::new(&config)?;
        let library = Module::new(&engine, wat::parse_str(LIBRARY).unwrap_or_default())?;
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("spectest", "print", || {})?
            .func_wrap("spectest", "print_i32", |_: i32| {})?
            .func_wrap("spectest", "print_i64", |_: i64| {})?
            .func_wrap("spectest", "print_f64_f64", |_: f64, _: f64| {})?
            .func_wrap("env", "count", || 77_i32)?
            .func_wrap("env", "i32", |value: i32| value.wrapping_mul(3))?
            .func_wrap("env", "turn", |one: i32, other: i64| (other, one))?;
        Ok(Self { engine, library, linker })
    }

    /// Compiles and instantiates a module.
    ///
    /// # Errors
    ///
    /// If `wasmtime` does not accept it as a module.
    pub fn start(&self, bytes: &[u8]) -> Result<TheirRun> {
        let module = Module::new(&self.engine, bytes)?;
        let mut store = Store::new(&self.engine, ());
        let mut linker = self.linker.clone();
        let library = linker.instantiate(&mut store, &self.library)?;
        linker.instance(&mut store, "lib", library)?;
        let instance = linker.instantiate(&mut store, &module)?;
        let missing = || Error::msg("an export is missing");
        let memories = MEMORIES.map(|name| instance.get_memory(&mut store, name));
        let globals = GLOBALS.map(|(name, _)| instance.get_global(&mut store, name));
        Ok(TheirRun {
            memories: memories.into_iter().collect::<Option<_>>().ok_or_else(missing)?,
            globals: globals.into_iter().collect::<Option<_>>().ok_or_else(missing)?,
            table: instance.get_table(&mut store, "t").ok_or_else(missing)?,
            store,
            instance,
        })
    }
}

impl TheirRun {
    /// A sum over the memories.
    pub fn sum(&mut self) -> Option<Value> {
        let sum = self.instance.get_func(&mut self.store, "sum")?;
        let mut results = [Val::I64(0)];
        sum.call(&mut self.store, &[], &mut results).ok()?;
        results.first().map(value)
    }
}

fn argument(value: Value) -> Val {
    match value.ty {
        Ty::I32 => Val::I32(value.bits as i32),
        Ty::I64 => Val::I64(value.bits as i64),
        Ty::F32 => Val::F32(value.bits as u32),
        Ty::F64 => Val::F64(value.bits as u64),
        Ty::V128 => Val::V128(V128::from(value.bits)),
        Ty::Func => Val::FuncRef(None),
    }
}

fn value(value: &Val) -> Value {
    let (ty, bits) = match value {
        Val::I32(value) => (Ty::I32, value.cast_unsigned().into()),
        Val::I64(value) => (Ty::I64, value.cast_unsigned().into()),
        Val::F32(bits) => (Ty::F32, (*bits).into()),
        Val::F64(bits) => (Ty::F64, (*bits).into()),
        Val::V128(bits) => (Ty::V128, bits.as_u128()),
        Val::FuncRef(func) => (Ty::Func, func.is_some().into()),
        other => panic!("no case has {other:?}"),
    };
    Value { ty, bits }
}

impl Run for TheirRun {
    fn call(&mut self, number: usize, arguments: &[Value], results: &[Ty]) -> Outcome {
        let func = self.instance.get_func(&mut self.store, &number.to_string());
        let func = func.expect("the function is exported");
        let arguments: Vec<Val> = arguments.iter().map(|value| argument(*value)).collect();
        let mut results: Vec<Val> = results.iter().map(|_| Val::I32(0)).collect();
        match func.call(&mut self.store, &arguments, &mut results) {
            Ok(()) => Outcome::Values(results.iter().map(value).collect()),
            Err(error) => trap(&error),
        }
    }

    fn length(&mut self, memory: usize) -> usize {
        self.memories[memory].data_size(&self.store)
    }

    fn read(&mut self, memory: usize, offset: usize, bytes: &mut [u8]) {
        self.memories[memory].read(&self.store, offset, bytes).expect("the range is in the memory");
    }

    fn write(&mut self, memory: usize, offset: usize, bytes: &[u8]) {
        let written = self.memories[memory].write(&mut self.store, offset, bytes);
        written.expect("the range is in the memory");
    }

    fn global(&mut self, global: usize) -> Value {
        value(&self.globals[global].get(&mut self.store))
    }

    fn table(&mut self) -> Vec<bool> {
        let size = self.table.size(&self.store);
        (0..size)
            .map(|index| {
                matches!(self.table.get(&mut self.store, index), None | Some(Ref::Func(None)))
            })
            .collect()
    }
}
