//! Calls of an instantiated guest take nothing from the heap, and a guest's data never lies there.

mod counting;
mod data;
mod engines;
mod loading;
mod owned;
mod threads;

use counting::{measure, without};
use vellum::{
    Caller, CompilationMode, Error, Func, Instance, Linker, PAGE_SIZE, PagePool, Store, Trap, Val,
};
use vellum_host_tests::{engine_with, load};

const GUEST: &str = r#"(module
    (import "host" "twice" (func $twice (param i32) (result i32)))
    (import "host" "nested" (func $nested (param i32) (result i32)))
    (memory (export "memory") 1 3)
    (table 1 funcref)
    (elem (i32.const 0) $add)
    (func $add (export "add") (param i32 i32) (result i32)
        (i32.add (local.get 0) (local.get 1)))
    (func (export "many")
        (param i32 i64 f32 f64 i32 i64 f32 f64) (result i32 i64 f32 f64 i32 i64 f32 f64)
        (local.get 0) (local.get 1) (local.get 2) (local.get 3)
        (local.get 4) (local.get 5) (local.get 6) (local.get 7))
    (func $deep (export "deep") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0))))
    (func (export "grow") (result i32) (memory.grow (i32.const 1)))
    (func (export "indirect") (result i32)
        (call_indirect (param i32 i32) (result i32)
            (i32.const 20) (i32.const 22) (i32.const 0)))
    (func (export "host") (param i32) (result i32) (call $twice (local.get 0)))
    (func (export "nest") (param i32) (result i32) (call $nested (local.get 0)))
    (func (export "trap") unreachable)
    (func (export "endless") (loop $again (br $again))))"#;

/// What the host function `nested` calls.
type Inner = Option<vellum::TypedFunc<i32, i32>>;

fn guest(fuel: bool) -> (Store<Inner>, Instance) {
    static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config
            .max_value_stack(16 * 1024)
            .max_recursion_depth(128)
            .consume_fuel(fuel)
            .concurrent_calls(2)
            .compilation_mode(CompilationMode::Eager);
    });
    let mut store = Store::new(&engine, None);
    if fuel {
        store.set_fuel(1_000_000).expect("fuel is counted");
    }
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "twice", |n: i32| n * 2).expect("it is the only one");
    let nested = |mut caller: Caller<'_, Inner>, n: i32| {
        let inner = (*caller.data()).expect("it is set");
        inner.call(&mut caller, n)
    };
    linker.func_wrap("host", "nested", nested).expect("it is the only one");
    let module = load(&engine, GUEST).expect("the guest is valid");
    let instance = linker.instantiate(&mut store, &module).expect("the guest links");
    let deep = instance.get_typed_func(&store, "deep").expect("it is exported");
    *store.data_mut() = Some(deep);
    (store, instance)
}

fn func(store: &Store<Inner>, instance: Instance, name: &str) -> Func {
    instance.get_func(store, name).expect("it is exported")
}

fn typed(fuel: bool) {
    let (mut store, instance) = guest(fuel);
    let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add").expect("it is typed so");
    assert_eq!(without(|| add.call(&mut store, (40, 2))).expect("it returns"), 42);
    for (name, argument, expected) in
        [("deep", 100, 100), ("host", 21, 42), ("nest", 50, 50), ("deep", 120, 120)]
    {
        let f = instance.get_typed_func::<i32, i32>(&store, name).expect("it is typed so");
        let result = without(|| f.call(&mut store, argument));
        assert_eq!(result.expect(name), expected, "{name}");
    }
    let grow = instance.get_typed_func::<(), i32>(&store, "grow").expect("it is typed so");
    for before in [1, 2, -1] {
        assert_eq!(without(|| grow.call(&mut store, ())).expect("it returns"), before);
    }
    let indirect = instance.get_typed_func::<(), i32>(&store, "indirect").expect("it is typed so");
    assert_eq!(without(|| indirect.call(&mut store, ())).expect("it returns"), 42);
}

#[test]
fn typed_calls_allocate_nothing() {
    typed(false);
}

#[test]
fn typed_calls_with_fuel_allocate_nothing() {
    typed(true);
}

#[test]
fn untyped_calls_allocate_nothing() {
    let (mut store, instance) = guest(false);
    let many = func(&store, instance, "many");
    let values = [
        Val::I32(1),
        Val::I64(2),
        Val::from(3.0_f32),
        Val::from(4.0_f64),
        Val::I32(5),
        Val::I64(6),
        Val::from(7.0_f32),
        Val::from(8.0_f64),
    ];
    let mut results = [Val::I32(0); 8];
    without(|| many.call(&mut store, &values, &mut results)).expect("it returns");
    assert_eq!(format!("{results:?}"), format!("{values:?}"));
    let deep = func(&store, instance, "deep");
    let mut result = [Val::I32(0)];
    without(|| deep.call(&mut store, &[Val::I32(100)], &mut result)).expect("it returns");
    assert_eq!(result[0].i32(), Some(100));
}

#[test]
fn running_out_of_fuel_allocates_nothing() {
    let (mut store, instance) = guest(true);
    let endless = instance.get_typed_func::<(), ()>(&store, "endless").expect("it is typed so");
    for _ in 0..3 {
        store.set_fuel(1000).expect("fuel is counted");
        let error = without(|| endless.call(&mut store, ()));
        assert!(matches!(error, Err(Error::OutOfFuel)));
        let func = *endless.func();
        store.set_fuel(1000).expect("fuel is counted");
        let error = without(|| func.call(&mut store, &[], &mut []));
        assert!(matches!(error, Err(Error::OutOfFuel)));
    }
    store.set_fuel(1000).expect("fuel is counted");
    let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add").expect("it is typed so");
    assert_eq!(without(|| add.call(&mut store, (1, 2))).expect("it returns"), 3);
}

/// A trap costs a few bytes, which are given back with the error.
#[test]
fn traps_keep_nothing() {
    let (mut store, instance) = guest(false);
    let trap = instance.get_typed_func::<(), ()>(&store, "trap").expect("it is typed so");
    let deep = instance.get_typed_func::<i32, i32>(&store, "deep").expect("it is typed so");
    for _ in 0..100 {
        let (error, taken) = measure(|| trap.call(&mut store, ()).is_err());
        assert!(error && taken.count <= 1 && taken.kept == 0 && taken.peak < 256, "{taken:?}");
        let (error, taken) = measure(|| deep.call(&mut store, 1000));
        assert!(matches!(error, Err(Error::Trap(Trap::CallStackExhausted))));
        assert!(taken.count <= 1 && taken.kept == 0 && taken.peak < 256, "{taken:?}");
    }
    assert_eq!(without(|| deep.call(&mut store, 100)).expect("it returns"), 100);
}

/// One call more than the engine has stacks is an error, and costs nothing either.
#[test]
fn one_call_too_many_is_refused() {
    let (mut store, instance) = guest(false);
    let nest = instance.get_typed_func::<i32, i32>(&store, "nest").expect("it is typed so");
    *store.data_mut() = Some(nest);
    let error = nest.call(&mut store, 1).expect_err("there are two stacks");
    assert!(
        error.to_string().starts_with("limit exceeded: Config::concurrent_calls (at most 2"),
        "{error}"
    );
    let deep = instance.get_typed_func::<i32, i32>(&store, "deep").expect("it is typed so");
    *store.data_mut() = Some(deep);
    assert_eq!(without(|| nest.call(&mut store, 7)).expect("it returns"), 7);
}
