//! Host functions that give futures, on an engine without threads.

use crate::setup::config;
use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};
use vellum::{Caller, Engine, Error, Func, Linker, Module, Store, Val};

/// Pending so many times.
async fn polls(count: u32) {
    let mut left = count;
    poll_fn(|_| {
        left = left.saturating_sub(1);
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// The result of a future that may be sent to another thread, and how often it was pending.
fn finished<R>(mut future: Pin<&mut (impl Future<Output = R> + Send)>) -> (R, u32) {
    let mut pending = 0;
    loop {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => return (result, pending),
            Poll::Pending => pending += 1,
        }
    }
}

fn engine() -> Engine {
    Engine::new(config().threads(false)).expect("the configuration is valid")
}

const GUEST: &str = r#"(module
    (import "env" "later" (func $later (param i32) (result i32)))
    (global $calls (export "calls") (mut i32) (i32.const 0))
    (func (export "run") (param i32) (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.add (call $later (local.get 0)) (call $later (i32.const 1))))
    (func (export "spin") (drop (call $later (i32.const 1))) (loop (br 0))))"#;

/// A linker whose `later` is pending as often as its parameter says, and gives ten times that.
fn linker(engine: &Engine) -> Linker<u32> {
    let mut linker = Linker::new(engine);
    let later = |mut caller: Caller<'_, u32>, (count,): (u32,)| {
        *caller.data_mut() += 1;
        Box::new(async move {
            polls(count).await;
            if count == 99 { Err(Error::Exit(99)) } else { Ok(10 * count) }
        }) as Box<dyn Future<Output = Result<u32, Error>> + Send>
    };
    linker.func_wrap_async("env", "later", later).expect("the name is free");
    linker
}

fn module(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).expect("the text is good")).expect("it is valid")
}

#[test]
fn a_future_is_pending_while_the_host_function_is() {
    let engine = engine();
    let mut store = Store::new(&engine, 0);
    let guest = linker(&engine).instantiate(&mut store, &module(&engine, GUEST)).expect("it links");
    let run = guest.get_typed_func::<u32, u32>(&store, "run").expect("it is exported");
    let (result, pending) = finished(pin!(run.call_async(&mut store, 5)));
    assert_eq!((result.expect("it returns"), pending), (60, 4));
    let error = finished(pin!(run.call_async(&mut store, 99))).0.expect_err("the future fails");
    assert!(matches!(error, Error::Exit(99)), "{error}");
    // Given up in between, the call is over and its stack is free for the next.
    let mut given_up = Box::pin(run.call_async(&mut store, 7));
    assert!(given_up.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(given_up);
    let (mut results, run) = ([Val::I32(0)], *run.func());
    let call = run.call_async(&mut store, &[Val::I32(2)], &mut results);
    finished(pin!(call)).0.expect("it returns");
    assert_eq!((results[0].i32(), *store.data()), (Some(30), 6));
    let calls = guest.get_global(&store, "calls").expect("it is exported");
    assert_eq!(calls.get(&store).expect("it is the store's").i32(), Some(4));
}

/// A call that blocks has nobody to poll the future, and says what to do.
#[test]
fn a_call_that_blocks_ends_with_an_error() {
    let engine = engine();
    let mut store = Store::new(&engine, 0);
    let guest = linker(&engine).instantiate(&mut store, &module(&engine, GUEST)).expect("it links");
    let run = guest.get_typed_func::<u32, u32>(&store, "run").expect("it is exported");
    let error = run.call(&mut store, 1).expect_err("it can't be suspended");
    assert!(matches!(error, Error::Suspended), "{error}");
    let text = error.to_string();
    assert!(text.contains("call_async") && text.contains("Config::threads"), "{text}");
}

#[test]
fn start_functions_and_functions_without_a_guest_are_suspended_too() {
    let engine = engine();
    let mut store = Store::new(&engine, 0);
    let linker = linker(&engine);
    let text = r#"(module (import "env" "later" (func $later (param i32) (result i32)))
        (global $g (export "g") (mut i32) (i32.const 0))
        (func $start (global.set $g (call $later (i32.const 3)))) (start $start))"#;
    let module = module(&engine, text);
    let (instance, pending) = finished(pin!(linker.instantiate_async(&mut store, &module)));
    let global = instance.expect("it links").get_global(&store, "g").expect("it is exported");
    assert_eq!(global.get(&store).expect("it is the store's").i32(), Some(30));
    assert_eq!(pending, 2);
    let later = linker.get(&mut store, "env", "later").expect("the store is in reach");
    let later = later.and_then(vellum::Extern::into_func).expect("it is a function");
    let later = later.typed::<u32, u32>(&store).expect("it is typed so");
    let (result, pending) = finished(pin!(later.call_async(&mut store, 4)));
    assert_eq!((result.expect("it returns"), pending), (40, 3));
}

/// What a future gives for the function is checked, as everywhere.
#[test]
fn values_of_other_types_end_the_call() {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let wrong =
        |mut caller: Caller<'_, ()>| -> Result<i32, Error> { Err(caller.sleep(async { 1_i64 })) };
    linker.func_wrap("env", "later", wrong).expect("the name is free");
    let text = r#"(module (import "env" "later" (func $later (result i32)))
        (func (export "run") (result i32) (call $later)))"#;
    let guest = linker.instantiate(&mut store, &module(&engine, text)).expect("it links");
    let run = guest.get_typed_func::<(), i32>(&store, "run").expect("it is exported");
    let error = finished(pin!(run.call_async(&mut store, ()))).0.expect_err("it gives no i32");
    assert!(matches!(error, Error::WrongArguments(_)), "{error}");
    let func = Func::wrap(&mut store, wrong).expect("the store is in reach");
    let func = func.typed::<(), i32>(&store).expect("it is typed so");
    let error = finished(pin!(func.call_async(&mut store, ()))).0.expect_err("it gives no i32");
    assert!(matches!(error, Error::WrongArguments(_)), "{error}");
}

/// Fuel bounds a guest that goes on after it was suspended, and each suspended call has its stack.
#[test]
fn fuel_and_calls_are_counted_over_suspensions() {
    let engine = Engine::new(config().threads(false).consume_fuel(true).concurrent_calls(2));
    let engine = engine.expect("the configuration is valid");
    let module = module(&engine, GUEST);
    let mut store = Store::new(&engine, 0);
    store.set_fuel(10_000).expect("fuel is counted");
    let guest = linker(&engine).instantiate(&mut store, &module).expect("it links");
    let spin = guest.get_typed_func::<(), ()>(&store, "spin").expect("it is exported");
    let error = finished(pin!(spin.call_async(&mut store, ()))).0.expect_err("it has no end");
    assert!(matches!(error, Error::OutOfFuel), "{error}");
    let mut stores: Vec<_> = (0..3).map(|_| Store::new(&engine, 0)).collect();
    let mut calls: Vec<_> = stores
        .iter_mut()
        .map(|store| {
            store.set_fuel(10_000).expect("fuel is counted");
            let guest = linker(&engine).instantiate(&mut *store, &module).expect("it links");
            let run = guest.get_typed_func::<u32, u32>(&*store, "run").expect("it is exported");
            Box::pin(async move { run.call_async(store, 3).await })
        })
        .collect();
    let mut context = Context::from_waker(Waker::noop());
    let ends: Vec<_> = calls.iter_mut().map(|call| call.as_mut().poll(&mut context)).collect();
    assert!(matches!(
        &ends[..],
        [Poll::Pending, Poll::Pending, Poll::Ready(Err(Error::LimitExceeded(_)))]
    ));
    calls.truncate(2);
    for mut call in calls {
        assert_eq!(finished(call.as_mut()).0.expect("it returns"), 40);
    }
}
