//! Guests that compute without end.

use crate::setup::{call, config, engine, guest, interrupted, module, store};
use vellum::{Caller, Config, ConfigError, Engine, Error, ErrorKind, Func, Store, Val};

const LOOPS: &str = r#"(module
    (import "host" "interrupt" (func $interrupt))
    (global $calls (export "calls") (mut i32) (i32.const 0))
    (func (export "loop") (call $interrupt) (loop (br 0)))
    (func $tail (export "tail") (call $interrupt) (return_call $again))
    (func $again (return_call $again))
    (func $deep (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
            (else (call $interrupt) (loop (br 0)) (i32.const 0))))
    (func (export "deep") (drop (call $deep (i32.const 20))))
    (func (export "count") (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
    (func (export "sum") (param i32) (result i32) (local i32)
        (loop
            (local.set 1 (i32.add (local.get 1) (local.get 0)))
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 1)))"#;

#[test]
fn endless_guests_are_stopped_and_their_store_goes_on() {
    for slice in [1, 100, 10_000] {
        let engine = Engine::new(config().slice(slice)).unwrap();
        let (mut store, instance) = guest(&engine, LOOPS);
        for name in ["loop", "tail", "deep"] {
            let stopped = call(&mut store, &instance, name);
            interrupted(&mut store, stopped);
            let func = instance.get_func(&store, name).unwrap();
            let stopped = func.call(&mut store, &[], &mut []);
            interrupted(&mut store, stopped);
        }
        let sum = instance.get_typed_func::<i32, i32>(&store, "sum").unwrap();
        assert_eq!(sum.call(&mut store, 10_000).unwrap(), 50_005_000);
        let mut results = [Val::I32(0)];
        sum.func().call(&mut store, &[Val::I32(1000)], &mut results).unwrap();
        assert_eq!(results[0].unwrap_i32(), 500_500);
    }
}

#[test]
fn a_stop_that_comes_when_no_call_runs_stays_until_it_is_cleared() {
    let (mut store, instance) = guest(&engine(), LOOPS);
    let handle = store.interrupt_handle().unwrap();
    handle.interrupt();
    for _ in 0..3 {
        let error = call(&mut store, &instance, "count").unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Interruption, "interrupted".into())
        );
    }
    assert!(handle.is_interrupted());
    store.clear_interrupt().unwrap();
    call(&mut store, &instance, "count").unwrap();
    // None of the calls that were refused had begun.
    let calls = instance.get_global(&store, "calls").unwrap();
    assert_eq!(calls.get(&store).unwrap().unwrap_i32(), 1);
}

#[test]
fn other_stores_of_the_engine_go_on() {
    let engine = engine();
    let ((mut one, first), (mut other, second)) = (guest(&engine, LOOPS), guest(&engine, LOOPS));
    one.interrupt_handle().unwrap().interrupt();
    call(&mut other, &second, "count").unwrap();
    let stopped = call(&mut one, &first, "count");
    interrupted(&mut one, stopped);
}

#[test]
fn start_functions_are_stopped() {
    let engine = engine();
    let text = r#"(module
        (import "host" "interrupt" (func $interrupt))
        (memory 1 1)
        (func $start (call $interrupt) (loop (br 0)))
        (start $start))"#;
    let (mut store, linker) = store(&engine);
    let module = module(&engine, text);
    for _ in 0..3 {
        let stopped = linker.instantiate(&mut store, &module).map(drop);
        interrupted(&mut store, stopped);
    }
}

#[test]
fn a_host_function_that_drops_the_error_does_not_lose_the_stop() {
    let engine = engine();
    let (mut store, mut linker) = store(&engine);
    linker
        .func_wrap("host", "again", |mut caller: Caller<'_, _>| {
            let inner = caller.get_export("inner").and_then(|export| export.into_func()).unwrap();
            let stopped = inner.call(&mut caller, &[], &mut []);
            assert!(matches!(stopped, Err(Error::Interrupted)), "{stopped:?}");
        })
        .unwrap();
    let text = r#"(module
        (import "host" "interrupt" (func $interrupt))
        (import "host" "again" (func $again))
        (func (export "inner") (call $interrupt) (loop (br 0)))
        (func (export "outer") (call $again) (loop (br 0))))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text)).unwrap();
    let stopped = call(&mut store, &instance, "outer");
    interrupted(&mut store, stopped);
}

#[test]
fn a_guest_goes_on_after_the_calls_of_its_host_functions() {
    let engine = Engine::new(config().slice(3)).unwrap();
    let (mut store, mut linker) = store(&engine);
    linker
        .func_wrap("host", "nested", |mut caller: Caller<'_, _>, n: i32| {
            let sum = caller.get_export("sum").and_then(|export| export.into_func()).unwrap();
            sum.typed::<i32, i32>(&caller)?.call(&mut caller, n)
        })
        .unwrap();
    let text = r#"(module
        (import "host" "nested" (func $nested (param i32) (result i32)))
        (func (export "sum") (param i32) (result i32) (local i32)
            (loop
                (local.set 1 (i32.add (local.get 1) (local.get 0)))
                (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1))
        (func (export "run") (param i32) (result i32) (local i32)
            (loop
                (local.set 1 (i32.add (local.get 1) (call $nested (local.get 0))))
                (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1)))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text)).unwrap();
    let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
    assert_eq!(run.call(&mut store, 100).unwrap(), 171_700);
}

#[test]
fn fuel_is_the_same_as_without_slices() {
    let left = |config: &mut Config| {
        let engine = Engine::new(config.consume_fuel(true)).unwrap();
        let mut store = Store::new(&engine, ());
        let interrupt = Func::wrap(&mut store, || ()).unwrap();
        let module = module(&engine, LOOPS);
        let instance = vellum::Instance::new(&mut store, &module, &[interrupt.into()]).unwrap();
        let sum = instance.get_typed_func::<i32, i32>(&store, "sum").unwrap();
        store.set_fuel(100_000).unwrap();
        assert_eq!(sum.call(&mut store, 1000).unwrap(), 500_500);
        let left = store.get_fuel().unwrap();
        store.set_fuel(5_000).unwrap();
        let spent = sum.call(&mut store, 1_000_000);
        assert!(matches!(spent, Err(Error::OutOfFuel)), "{spent:?}");
        left
    };
    let whole = left(&mut Config::new());
    for slice in [1, 7, 10_000] {
        assert_eq!(left(config().slice(slice)), whole, "{slice}");
    }
}

#[test]
fn an_engine_that_is_not_interruptible_has_no_handle() {
    let mut store = Store::new(&Engine::new(&Config::new()).unwrap(), ());
    let error = store.interrupt_handle().unwrap_err();
    assert!(matches!(error, Error::Config(ConfigError::Interruptible)), "{error}");
    let error = store.clear_interrupt().unwrap_err();
    assert!(error.to_string().contains("Config::interruptible"), "{error}");
    let error = Engine::new(config().slice(0)).unwrap_err();
    assert!(matches!(error, Error::Config(ConfigError::Slice)), "{error}");
}
