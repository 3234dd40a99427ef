//! Host functions: what they see of their caller, and what happens to their errors.

use std::fmt;
use vellum::{
    Caller, Error, ErrorKind, Extern, Func, FuncType, Instance, Linker, MemoryAccess, PAGE_SIZE,
    PagePool, Store, Trap, Val, ValType,
};
use vellum_host_tests::{engine, engine_with, instance, load};

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

#[derive(Debug, PartialEq, Eq)]
struct Full {
    sensor: u32,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sensor {} is full", self.sensor)
    }
}

impl std::error::Error for Full {}

const GUEST: &str = r#"(module
    (import "host" "log" (func $log (param i32 i32)))
    (import "host" "fail" (func $fail (param i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "from the guest")
    (func $start) (start $start)
    (func (export "log") (param i32 i32) (call $log (local.get 0) (local.get 1)))
    (func $deep (export "fail") (param i32) (result i32)
        (i32.add (call $fail (local.get 0)) (i32.const 1))))"#;

fn linker(store: &Store<Vec<String>>) -> Linker<Vec<String>> {
    let mut linker = Linker::new(store.engine());
    let log = |mut caller: Caller<'_, Vec<String>>, at: u32, len: u32| {
        let memory = caller.get_export("memory").and_then(Extern::into_memory);
        let memory = memory.ok_or_else(|| Error::UnknownExport("memory".into()))?;
        let range = at as usize..at.saturating_add(len) as usize;
        let text = String::from_utf8_lossy(memory.slice(&caller, range)?).into_owned();
        let (bytes, lines) = memory.data_and_store_mut(&mut caller)?;
        bytes.write(0, b"seen")?;
        lines.push(text);
        Ok::<(), Error>(())
    };
    linker.func_wrap("host", "log", log).expect("it is the only one");
    let fail = |sensor: u32| match sensor {
        0 => Ok(41),
        _ => Err(Error::host(Full { sensor })),
    };
    linker.func_wrap("host", "fail", fail).expect("it is the only one");
    linker
}

fn guest() -> (Store<Vec<String>>, Instance) {
    let mut store = Store::new(&engine(&PAGES), Vec::new());
    let module = load(store.engine(), GUEST).expect("it is valid");
    let instance = linker(&store).instantiate(&mut store, &module).expect("it links");
    (store, instance)
}

#[test]
fn a_host_function_reaches_memory_and_data() {
    let (mut store, guest) = guest();
    let log = guest.get_typed_func::<(u32, u32), ()>(&store, "log").expect("it is exported");
    log.call(&mut store, (16, 14)).expect("it returns");
    log.call(&mut store, (16, 4)).expect("it returns");
    assert_eq!(store.data(), &["from the guest", "from"]);
    let memory = guest.get_memory(&store, "memory").expect("it is exported");
    assert_eq!(memory.slice(&store, 0..4).expect("in bounds"), b"seen");
}

#[test]
fn the_runtimes_errors_pass_through_a_guest() {
    let (mut store, guest) = guest();
    let log = guest.get_typed_func::<(u32, u32), ()>(&store, "log").expect("it is exported");
    let error = log.call(&mut store, (u32::MAX, 1)).expect_err("out of bounds");
    assert!(matches!(error, Error::Access(_)), "{error:?}");
    assert!(store.data().is_empty());
}

#[test]
fn the_embedders_errors_pass_through_a_guest() {
    let (mut store, guest) = guest();
    let fail = guest.get_typed_func::<u32, i32>(&store, "fail").expect("it is exported");
    assert_eq!(fail.call(&mut store, 0).expect("it returns"), 42);
    for sensor in 1..4 {
        let error = fail.call(&mut store, sensor).expect_err("it fails");
        assert_eq!(error.downcast_ref(), Some(&Full { sensor }));
        assert_eq!(error.downcast_ref::<fmt::Error>(), None);
        assert_eq!(error.to_string(), format!("sensor {sensor} is full"));
        let func = *fail.func();
        let result = func.call(&mut store, &[Val::I32(9)], &mut [Val::I32(0)]);
        assert_eq!(result.expect_err("it fails").downcast_ref(), Some(&Full { sensor: 9 }));
    }
    assert_eq!(fail.call(&mut store, 0).expect("it still returns"), 42);
}

#[test]
fn an_error_while_starting_passes_through() {
    let mut store = Store::new(&engine(&PAGES), Vec::new());
    let text = r#"(module (import "host" "fail" (func $fail (param i32) (result i32)))
        (func $start (drop (call $fail (i32.const 5)))) (start $start))"#;
    let module = load(store.engine(), text).expect("it is valid");
    let error = linker(&store).instantiate(&mut store, &module).expect_err("it fails");
    assert_eq!(error.downcast_ref(), Some(&Full { sensor: 5 }));
}

/// A trap, or running out of fuel, inside a nested call stays what it is.
#[test]
fn errors_pass_through_nested_calls() {
    let engine = engine_with(&PAGES, |config| {
        config.concurrent_calls(3).consume_fuel(true);
    });
    let mut store = Store::new(&engine, ());
    store.set_fuel(10_000).expect("fuel is counted");
    let mut linker = Linker::new(&engine);
    let nest = |mut caller: Caller<'_, ()>, name: i32| {
        let name = if name == 0 { "trap" } else { "endless" };
        let inner = caller.get_export(name).and_then(Extern::into_func).expect("it is exported");
        inner.call(&mut caller, &[], &mut [])
    };
    linker.func_wrap("host", "nest", nest).expect("it is the only one");
    let text = r#"(module (import "host" "nest" (func $nest (param i32)))
        (func (export "nest") (param i32) (call $nest (local.get 0)))
        (func (export "trap") (drop (i32.div_u (i32.const 1) (i32.const 0))))
        (func (export "endless") (loop $again (br $again))))"#;
    let module = load(&engine, text).expect("it is valid");
    let guest = linker.instantiate(&mut store, &module).expect("it links");
    let nest = guest.get_typed_func::<i32, ()>(&store, "nest").expect("it is exported");
    let error = nest.call(&mut store, 0).expect_err("it traps");
    assert!(matches!(error, Error::Trap(Trap::IntegerDivideByZero)), "{error:?}");
    let error = nest.call(&mut store, 1).expect_err("it never ends");
    assert!(matches!(error, Error::OutOfFuel), "{error:?}");
}

#[test]
fn fuel_is_used_up_and_set_by_hosts() {
    let engine = engine_with(&PAGES, |config| {
        config.consume_fuel(true);
    });
    let mut store = Store::new(&engine, ());
    store.set_fuel(1000).expect("fuel is counted");
    let mut linker = Linker::new(&engine);
    let refuel = |mut caller: Caller<'_, ()>| {
        let left = caller.get_fuel()?;
        caller.set_fuel(left + 500)
    };
    linker.func_wrap("host", "refuel", refuel).expect("it is the only one");
    let text = r#"(module (import "host" "refuel" (func $refuel))
        (func (export "spend") (param i32)
            (loop $again (br_if $again
                (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (func (export "refuel") (call $refuel)))"#;
    let module = load(&engine, text).expect("it is valid");
    let guest = linker.instantiate(&mut store, &module).expect("it links");
    let spend = guest.get_typed_func::<i32, ()>(&store, "spend").expect("it is exported");
    spend.call(&mut store, 10).expect("there is enough");
    let left = store.get_fuel().expect("fuel is counted");
    assert!(left < 1000 && left > 800, "{left}");
    let refuel = guest.get_typed_func::<(), ()>(&store, "refuel").expect("it is exported");
    refuel.call(&mut store, ()).expect("there is enough");
    let more = store.get_fuel().expect("fuel is counted");
    assert!(more > left + 450 && more <= left + 500, "{left} {more}");
    let error = spend.call(&mut store, 1_000_000).expect_err("there is not enough");
    assert!(matches!(error, Error::OutOfFuel), "{error:?}");
}

#[test]
fn functions_of_types_known_at_run_time() {
    let mut store = Store::new(&engine(&PAGES), 0_i64);
    let ty = FuncType::new([ValType::I32, ValType::I64], [ValType::I64, ValType::I32]);
    let swap = Func::new(&mut store, ty.clone(), |mut caller, params, results| {
        *caller.data_mut() += 1;
        results.copy_from_slice(&[params[1], params[0]]);
        Ok(())
    });
    let swap = swap.expect("the type is allowed");
    assert_eq!(swap.ty(&store).expect("it is this store's"), ty);
    let typed = swap.typed::<(i32, i64), (i64, i32)>(&store).expect("it has that type");
    assert_eq!(typed.call(&mut store, (1, 2)).expect("it returns"), (2, 1));
    let mut results = [Val::I64(0), Val::I32(0)];
    swap.call(&mut store, &[Val::I32(3), Val::I64(4)], &mut results).expect("it returns");
    assert_eq!((results[0].i64(), results[1].i32(), *store.data()), (Some(4), Some(3), 2));
    let wrong = swap.typed::<(i32, i64), i32>(&store).expect_err("it has another type");
    assert_eq!(wrong.to_string(), "wrong arguments: the function is (i32, i64) -> (i64, i32)");
    for (params, count) in
        [(&[][..], 2), (&[Val::I64(1), Val::I64(1)], 2), (&[Val::I32(1), Val::I64(1)], 1)]
    {
        let error =
            swap.call(&mut store, params, &mut results[..count]).expect_err("they do not fit");
        assert!(matches!(error, Error::WrongArguments(_)), "{error:?}");
    }
}

#[test]
fn a_host_function_that_returns_the_wrong_type_is_an_error() {
    let mut store = Store::new(&engine(&PAGES), ());
    let ty = FuncType::new([], [ValType::I32]);
    let liar = Func::new(&mut store, ty, |_, _, results| {
        results[0] = Val::I64(1);
        Ok(())
    });
    let error = liar.expect("the type is allowed").call(&mut store, &[], &mut [Val::I32(0)]);
    assert!(matches!(error, Err(Error::WrongArguments(_))), "{error:?}");
    let huge = FuncType::new([], vec![ValType::I32; 1001]);
    let error = Func::new(&mut store, huge, |_, _, _| Ok(())).map(drop);
    assert!(matches!(error, Err(Error::WrongArguments(_))), "{error:?}");
}

/// The exports that the runtime adds to a module are not among its own.
#[test]
fn what_the_runtime_appends_is_hidden() {
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module
        (memory 1) (data (offset (i32.add (i32.const 1) (i32.const 1))) "x")
        (func $start) (start $start) (func (export "look")))"#;
    let module = load(store.engine(), text).expect("it is valid");
    let names: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
    assert_eq!(names, ["look"]);
    let guest = instance(&mut store, text).expect("it is valid");
    for hidden in ["vellum:0:start", "vellum:0:0"] {
        assert!(guest.get_export(&store, hidden).expect("it is this store's").is_none());
        guest.get_func(&store, hidden).map(drop).expect_err("it is hidden");
        guest.get_global(&store, hidden).map(drop).expect_err("it is hidden");
    }
    assert_eq!(guest.exports(&store).expect("it is this store's").len(), 1);
}

#[test]
fn unknown_exports_are_named() {
    let mut store = Store::new(&engine(&PAGES), ());
    let guest = instance(&mut store, r#"(module (func (export "f")))"#).expect("it is valid");
    for error in [
        guest.get_func(&store, "g").map(drop),
        guest.get_typed_func::<(), ()>(&store, "g").map(drop),
        guest.get_memory(&store, "g").map(drop),
        guest.get_global(&store, "g").map(drop),
        guest.get_table(&store, "").map(drop),
    ] {
        assert!(matches!(error, Err(Error::UnknownExport(_))), "{error:?}");
    }
    let error = guest.get_func(&store, "g").expect_err("there is none");
    assert_eq!(error.to_string(), r#"unknown export: "g""#);
}

#[test]
fn exports_of_another_kind_or_type_are_told() {
    let mut store = Store::new(&engine(&PAGES), ());
    let text =
        r#"(module (func (export "f") (param i32)) (global (export "g") i32 (i32.const 1)))"#;
    let guest = instance(&mut store, text).expect("it is valid");
    let lines = [
        (guest.get_func(&store, "g").map(drop), r#""g": expected a function, found a global"#),
        (guest.get_memory(&store, "f").map(drop), r#""f": expected a memory, found a function"#),
        (guest.get_global(&store, "f").map(drop), r#""f": expected a global, found a function"#),
        (guest.get_table(&store, "g").map(drop), r#""g": expected a table, found a global"#),
        (
            guest.get_typed_func::<(i64, f32), u64>(&store, "f").map(drop),
            r#""f": expected (i64, f32) -> (i64), found (i32) -> ()"#,
        ),
        (
            guest.get_typed_func::<f64, ()>(&store, "f").map(drop),
            r#""f": expected (f64) -> (), found (i32) -> ()"#,
        ),
    ];
    for (result, line) in lines {
        let error = result.expect_err("it is something else");
        assert_eq!(error.to_string(), format!("incompatible export: {line}"));
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}
