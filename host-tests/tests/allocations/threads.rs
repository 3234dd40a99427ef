//! The same of engines with threads: slices, and futures that give way, take nothing.

use crate::counting::{measure, without};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};
use vellum::{
    Caller, Engine, Error, Extern, Instance, Linker, MemoryType, PAGE_SIZE, PagePool, Platform,
    SharedMemory, Store, TypedFunc, Val,
};
use vellum_host_tests::{engine_with, load};

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();
static THREADS: Platform = Platform::STD;

const GUEST: &str = r#"(module
    (import "env" "memory" (memory 1 1 shared))
    (import "env" "twice" (func $twice (param i32) (result i32)))
    (import "env" "nested" (func $nested (param i32) (result i32)))
    (func $deep (export "deep") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0))))
    (func (export "loop") (param i32) (result i32)
        (loop $next
            (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
            (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
            (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (i32.atomic.load (i32.const 0)))
    (func (export "twice") (param i32) (result i32) (call $twice (local.get 0)))
    (func (export "nest") (param i32) (result i32) (call $nested (local.get 0)))
    (func (export "wait") (param i32) (result i32)
        (memory.atomic.wait32 (i32.const 0) (local.get 0) (i64.const 1)))
    (func (export "nine") (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (local.get 8))
    (func (export "twelve")
        (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
        (result i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
        (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5)
        (local.get 6) (local.get 7) (local.get 8) (local.get 9) (local.get 10) (local.get 11)))"#;

fn engine(slice: u64) -> Engine {
    engine_with(&PAGES, |config| {
        config.threads(true).slice(slice).platform(&THREADS).concurrent_calls(3);
        config.max_value_stack(16 * 1024).max_recursion_depth(128);
    })
}

fn guest(engine: &Engine) -> (Store<()>, Instance) {
    let memory = SharedMemory::new(engine, MemoryType::shared(1, 1)).expect("there is room");
    let mut store = Store::new(engine, ());
    let mut linker = Linker::new(engine);
    let memory = memory.as_memory(&mut store).expect("there is room");
    linker.define("env", "memory", memory).expect("it is new");
    linker.func_wrap("env", "twice", |n: i32| n * 2).expect("it is new");
    let nested = |mut caller: Caller<'_, ()>, n: i32| -> Result<i32, Error> {
        let deep = caller.get_export("deep").and_then(Extern::into_func);
        let deep = deep.expect("it is exported").typed::<i32, i32>(&caller)?;
        deep.call(&mut caller, n)
    };
    linker.func_wrap("env", "nested", nested).expect("it is new");
    let module = load(engine, GUEST).expect("it is valid");
    let instance = linker.instantiate(&mut store, &module).expect("it links");
    (store, instance)
}

fn of_one(store: &Store<()>, instance: Instance, name: &str) -> TypedFunc<i32, i32> {
    instance.get_typed_func(store, name).expect("it is exported")
}

#[test]
fn typed_calls_in_slices_allocate_nothing() {
    for slice in [1, 50, 10_000] {
        let (mut store, instance) = guest(&engine(slice));
        for (name, argument, expected) in
            [("deep", 100, 100), ("twice", 21, 42), ("loop", 100, 100)]
        {
            let f = of_one(&store, instance, name);
            let result = without(|| f.call(&mut store, argument));
            assert_eq!(result.expect(name), expected, "{name}");
            let guarded = without(|| f.call(&mut store.lock()?, argument));
            assert!(guarded.is_ok(), "{name}");
        }
        let nine = instance.get_typed_func(&store, "nine").expect("it is exported");
        let result = without(|| nine.call(&mut store, (1, 2, 3, 4, 5, 6, 7, 8, 9)));
        assert_eq!(result.unwrap_or(0), 9);
        type Twelve = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);
        let twelve = instance.get_typed_func::<Twelve, Twelve>(&store, "twelve");
        let twelve = twelve.expect("it is exported");
        let values: Twelve = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assert_eq!(without(|| twelve.call(&mut store, values)).expect("it returns"), values);
    }
}

#[test]
fn calls_of_a_host_function_take_what_its_lookup_takes() {
    let (mut store, instance) = guest(&engine(50));
    let nest = of_one(&store, instance, "nest");
    let (result, taken) = measure(|| nest.call(&mut store, 50));
    assert_eq!(result.expect("it returns"), 50);
    assert!(taken.kept == 0 && taken.count == 0, "{taken:?}");
}

#[test]
fn untyped_calls_of_few_values_allocate_nothing() {
    let (mut store, instance) = guest(&engine(50));
    let deep = *of_one(&store, instance, "deep").func();
    let mut result = [Val::I32(0)];
    without(|| deep.call(&mut store, &[Val::I32(100)], &mut result)).expect("it returns");
    assert_eq!(result[0].i32(), Some(100));
}

#[test]
fn futures_that_give_way_allocate_nothing() {
    let (mut store, instance) = guest(&engine(50));
    let deep = of_one(&store, instance, "deep");
    let (result, polls) = without(|| {
        let mut call = pin!(deep.call_async(&mut store, 100));
        let context = &mut Context::from_waker(Waker::noop());
        for polls in 1.. {
            if let Poll::Ready(result) = call.as_mut().poll(context) {
                return (result.map_err(drop), polls);
            }
        }
        (Err(()), 0)
    });
    assert_eq!(result, Ok(100));
    assert!(polls > 2);
}

/// A wait takes one block, of a few bytes, until the guest goes on.
#[test]
fn waits_keep_nothing() {
    let (mut store, instance) = guest(&engine(50));
    let wait = of_one(&store, instance, "wait");
    assert_eq!(without(|| wait.call(&mut store, 1)).expect("it returns"), 1);
    for _ in 0..10 {
        let (result, taken) = measure(|| wait.call(&mut store, 0));
        assert_eq!(result.expect("it returns"), 2);
        assert!(taken.count <= 1 && taken.kept == 0 && taken.peak < 256, "{taken:?}");
    }
}
