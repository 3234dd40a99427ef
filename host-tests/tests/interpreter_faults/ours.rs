//! Cases through the whole runtime, in every way in which a guest can run.

use crate::case::{Case, Value, soil};
use vellum::{
    CompilationMode, Config, Engine, Error, Linker, Memory, MemoryType, Module, PAGE_SIZE,
    PagePool, Store, Val,
};
use vellum_prepare::{Options, prepare_to_vec};

/// The pages of all tests of this program, a few each.
static PAGES: PagePool<[u8; 128 * PAGE_SIZE]> = PagePool::new();

/// Fuel that is enough for any case.
const FUEL: u64 = 100_000;

impl From<Value> for Val {
    fn from(value: Value) -> Self {
        match value {
            Value::I32(value) => Self::I32(value),
            Value::I64(value) => Self::I64(value),
            Value::F32(bits) => Self::F32(bits),
            Value::F64(bits) => Self::F64(bits),
        }
    }
}

fn value(value: &Val) -> Value {
    match value {
        Val::I32(value) => Value::I32(*value),
        Val::I64(value) => Value::I64(*value),
        Val::F32(bits) => Value::F32(*bits),
        Val::F64(bits) => Value::F64(*bits),
        other => panic!("no case has {other:?}"),
    }
}

/// A way in which a guest can run.
#[derive(Debug, Clone, Copy)]
struct Way {
    mode: CompilationMode,
    /// Whether fuel is counted.
    fuel: bool,
    /// The slice of an engine with threads.
    slice: Option<u64>,
    /// Whether the module is prepared ahead of time.
    prepared: bool,
}

fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for mode in [CompilationMode::Eager, CompilationMode::Lazy] {
        for prepared in [false, true] {
            for fuel in [false, true] {
                ways.extend([None, Some(1), Some(1000)].map(|slice| Way {
                    mode,
                    fuel,
                    slice,
                    prepared,
                }));
            }
        }
    }
    ways
}

fn engine(way: Way) -> Result<Engine, Error> {
    let mut config = Config::new();
    config.page_pool(&PAGES).compilation_mode(way.mode).consume_fuel(way.fuel);
    if let Some(slice) = way.slice {
        config.threads(true).slice(slice);
    }
    Engine::new(&config)
}

fn load(engine: &Engine, way: Way, text: &str) -> Result<Module, Error> {
    let bytes = wat::parse_str(text).expect("the text is a module");
    let bytes = match way.prepared {
        true => {
            let options = Options::new().threads(way.slice.is_some());
            prepare_to_vec(&bytes, &options).expect("it is valid")
        }
        false => bytes,
    };
    Module::new(engine, bytes)
}

fn call(case: &Case, way: Way) -> Result<Vec<Value>, Error> {
    let engine = engine(way)?;
    let mut store = Store::new(&engine, ());
    if way.fuel {
        store.set_fuel(FUEL)?;
    }
    let mut linker = Linker::new(&engine);
    let soiling = linker.instantiate(&mut store, &load(&engine, way, &soil())?)?;
    soiling.get_typed_func::<(), ()>(&store, "soil")?.call(&mut store, ())?;
    linker.func_wrap("env", "none", || {})?;
    if case.text.contains("memory $") {
        let memory = Memory::new(&mut store, MemoryType::new(1, Some(3)))?;
        linker.define("env", "memory", memory)?;
    }
    if let Some(other) = &case.other {
        let other = load(&engine, way, other)?;
        let other = linker.instantiate(&mut store, &other)?;
        linker.instance(&mut store, "other", other)?;
    }
    let module = load(&engine, way, &case.text)?;
    let instance = linker.instantiate(&mut store, &module)?;
    let func = instance.get_func(&store, &case.export).expect("it is exported");
    let arguments: Vec<Val> = case.arguments.iter().copied().map(Val::from).collect();
    let mut results: Vec<Val> = case.right.iter().copied().map(Val::from).collect();
    func.call(&mut store, &arguments, &mut results)?;
    Ok(results.iter().map(value).collect())
}

/// Whether engines with threads, which have no tail calls, can run it.
fn has_tail_calls(case: &Case) -> bool {
    let has = |text: &str| text.contains("return_call");
    has(&case.text) || case.other.as_deref().is_some_and(has)
}

/// Fails unless all cases are right in every way.
pub(crate) fn right(cases: &[Case]) {
    let mut wrong = Vec::new();
    for case in cases {
        for way in ways() {
            if way.slice.is_some() && has_tail_calls(case) {
                continue;
            }
            match call(case, way) {
                Ok(results) if results == case.right => {}
                other => wrong.push(format!("{}, {way:?}: {other:?}", case.name)),
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(!cases.is_empty());
}
