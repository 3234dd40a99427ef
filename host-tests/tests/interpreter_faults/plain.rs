//! Cases on the interpreter alone, by its own settings.

use crate::{
    case::{Alone, Case, Value, soil},
    fault::Fault,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use wasmi::{
    CompilationMode, Config, Engine, Error, F32, F64, Func, Linker, Memory, MemoryType, Module,
    Store, Val,
};

impl From<Value> for Val {
    fn from(value: Value) -> Self {
        match value {
            Value::I32(value) => Self::I32(value),
            Value::I64(value) => Self::I64(value),
            Value::F32(bits) => Self::F32(F32::from_bits(bits)),
            Value::F64(bits) => Self::F64(F64::from_bits(bits)),
        }
    }
}

fn value(value: &Val) -> Value {
    match value {
        Val::I32(value) => Value::I32(*value),
        Val::I64(value) => Value::I64(*value),
        Val::F32(value) => Value::F32(value.to_bits()),
        Val::F64(value) => Value::F64(value.to_bits()),
        other => panic!("no case has {other:?}"),
    }
}

/// Loads the module of a case and calls its function.
///
/// # Errors
///
/// Any error of the interpreter.
pub(crate) fn call(case: &Case) -> Result<Vec<Value>, Error> {
    let mut config = Config::default();
    // A panic of lazy translation, in the middle of a call, can't be caught.
    config.compilation_mode(CompilationMode::Eager);
    let engine = Engine::new(&config);
    let mut store = Store::new(&engine, ());
    let soiling = Module::new(&engine, &*wat::parse_str(soil()).expect("the text is a module"))?;
    let soiling = Linker::new(&engine).instantiate_and_start(&mut store, &soiling)?;
    soiling.get_typed_func::<(), ()>(&store, "soil")?.call(&mut store, ())?;
    let mut linker = Linker::<()>::new(&engine);
    let none = Func::wrap(&mut store, || {});
    linker.define("env", "none", none)?;
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(3)))?;
    linker.define("env", "memory", memory)?;
    if let Some(other) = &case.other {
        let bytes = wat::parse_str(other).expect("the text is a module");
        let other = Module::new(&engine, &*bytes)?;
        let other = linker.instantiate_and_start(&mut store, &other)?;
        linker.instance(&mut store, "other", other)?;
    }
    let module = Module::new(&engine, &*case.bytes())?;
    let instance = linker.instantiate_and_start(&mut store, &module)?;
    let func = instance.get_func(&store, &case.export).expect("it is exported");
    let arguments: Vec<Val> = case.arguments.iter().copied().map(Val::from).collect();
    let mut results: Vec<Val> = case.right.iter().copied().map(Val::from).collect();
    func.call(&mut store, &arguments, &mut results)?;
    Ok(results.iter().map(value).collect())
}

/// What the interpreter makes of a case, if it is not [`Alone::LosesFrame`].
fn outcome(case: &Case) -> Alone {
    match catch_unwind(AssertUnwindSafe(|| call(case))) {
        Err(_) => Alone::Panics,
        Ok(Err(error)) if error.as_trap_code().is_some() => Alone::Traps,
        Ok(Err(error)) => panic!("{}: {error}", case.name),
        Ok(Ok(results)) if results == case.right => Alone::Right,
        Ok(Ok(results)) => Alone::Gives(results),
    }
}

/// Fails unless the interpreter alone gets wrong what the cases say.
pub(crate) fn guard(fault: Fault, cases: &[Case]) {
    let mut changed = Vec::new();
    for case in cases.iter().filter(|case| case.alone != Alone::LosesFrame) {
        let outcome = outcome(case);
        if outcome != case.alone {
            changed.push(format!("{}: {outcome:?}, was {:?}", case.name, case.alone));
        }
    }
    let Fault { mending, effect } = fault;
    assert!(
        changed.is_empty(),
        "the interpreter has changed ({effect}). Where no case is wrong any more, \
         runtime/prepare/src/mend/{mending} can go:\n{}",
        changed.join("\n")
    );
}
