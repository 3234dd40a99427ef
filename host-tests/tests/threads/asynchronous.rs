//! Host functions that give futures.

use crate::setup::{engine, memory};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    sync::atomic::{AtomicU32, Ordering},
    task::{Context, Poll, Waker},
};
use vellum::{Caller, Engine, Error, Func, FuncType, Linker, Module, Store, Val, ValType};

/// Waits until `flag` is set, and gives what it is set to.
async fn set(flag: Arc<AtomicU32>) -> u32 {
    poll_fn(|_| match flag.load(Ordering::Relaxed) {
        0 => Poll::Pending,
        value => Poll::Ready(value),
    })
    .await
}

fn module(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).expect("the text is good")).expect("it is valid")
}

const GUEST: &str = r#"(module
    (import "env" "later" (func $later (param i32 i64) (result i32 i64)))
    (func (export "run") (result i64) (local $second i64)
        (call $later (i32.const 2) (i64.const 3))
        local.set $second
        i64.extend_i32_u
        local.get $second
        i64.add)
    (func (export "answer") (result i32) (i32.const 42)))"#;

/// While one guest is suspended another one of the engine runs.
#[test]
fn the_world_goes_on_until_the_future_has_the_results() {
    let engine = engine(100);
    let flag = Arc::new(AtomicU32::new(0));
    let mut linker = Linker::<Arc<AtomicU32>>::new(&engine);
    let later = |caller: Caller<'_, Arc<AtomicU32>>, (a, b): (i32, i64)| {
        let flag = Arc::clone(caller.data());
        Box::new(async move {
            let value = set(flag).await.cast_signed();
            (a * value, b * i64::from(value))
        }) as Box<dyn Future<Output = (i32, i64)> + Send>
    };
    linker.func_wrap_async("env", "later", later).unwrap();
    let module = module(&engine, GUEST);
    let mut first = Store::new(&engine, Arc::clone(&flag));
    let mut second = Store::new(&engine, Arc::clone(&flag));
    let instance = linker.instantiate(&mut first, &module).unwrap();
    let run = instance.get_typed_func::<(), i64>(&first, "run").unwrap();
    let other = linker.instantiate(&mut second, &module).unwrap();
    let answer = other.get_typed_func::<(), i32>(&second, "answer").unwrap();

    let mut call = pin!(run.call_async(&mut first, ()));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        assert!(call.as_mut().poll(&mut context).is_pending());
        assert_eq!(answer.call(&mut second, ()).unwrap(), 42);
    }
    flag.store(10, Ordering::Relaxed);
    let result = loop {
        if let Poll::Ready(result) = call.as_mut().poll(&mut context) {
            break result;
        }
    };
    assert_eq!(result.unwrap(), 50);
}

#[test]
fn what_the_future_fails_with_ends_the_call() {
    let engine = engine(100);
    let mut store = Store::new(&engine, ());
    let fails = |_: Caller<'_, ()>, (code,): (i32,)| {
        Box::new(async move { if code == 0 { Ok(7) } else { Err(Error::Exit(code)) } })
            as Box<dyn Future<Output = Result<i32, Error>> + Send>
    };
    let func = Func::wrap_async(&mut store, fails).unwrap().typed::<i32, i32>(&store).unwrap();
    assert_eq!(func.call(&mut store, 0).unwrap(), 7);
    assert!(matches!(func.call(&mut store, 3), Err(Error::Exit(3))));
    let error = func.call(&mut store.lock().unwrap(), 0).unwrap_err();
    assert!(matches!(error, Error::WouldDeadlock), "{error}");
}

#[test]
fn a_type_known_at_run_time_is_kept() {
    let engine = engine(100);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let ty = FuncType::new([ValType::I32, ValType::I64], [ValType::I32, ValType::I64]);
    linker
        .func_new_async("env", "later", ty.clone(), |_, params| {
            let results = [params[0], params[1]].to_vec();
            Box::new(async move { Ok(results) })
        })
        .unwrap();
    let instance = linker.instantiate(&mut store, &module(&engine, GUEST)).unwrap();
    let run = instance.get_typed_func::<(), i64>(&store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), 5);
    let short =
        Func::new_async(&mut store, ty, |_, _| Box::new(async { Ok([Val::I32(1)].to_vec()) }));
    let params = [Val::I32(0), Val::I64(0)];
    let error = short.unwrap().call(&mut store, &params, &mut [Val::I32(0); 2]).unwrap_err();
    assert!(matches!(error, Error::WrongArguments(_)), "{error}");
}

#[test]
fn instantiation_gives_way_while_the_start_function_waits() {
    let engine = engine(100);
    let flag = Arc::new(AtomicU32::new(0));
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let shared = Arc::clone(&flag);
    linker
        .func_wrap_async("env", "begin", move |_: Caller<'_, ()>, ()| {
            let flag = Arc::clone(&shared);
            Box::new(async move { assert_eq!(set(flag).await, 1) })
        })
        .unwrap();
    let module = module(&engine, r#"(module (import "env" "begin" (func $begin)) (start $begin))"#);
    let mut made = pin!(linker.instantiate_async(&mut store, &module));
    let mut context = Context::from_waker(Waker::noop());
    assert!((0..5).all(|_| made.as_mut().poll(&mut context).is_pending()));
    flag.store(1, Ordering::Relaxed);
    while made.as_mut().poll(&mut context).is_pending() {}
}

/// A guest whose host function is to say whether it is suspended.
const SAYS: &str = r#"(module (import "env" "memory" (memory 1 2 shared))
    (import "env" "later" (func $later (result i32)))
    (func (export "run") (result i32)
        (drop (call $later))
        (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0))))"#;

/// The guest with this host function, until its call ends.
fn said(
    later: impl Fn(Caller<'_, ()>) -> Result<i32, Error> + Send + Sync + 'static,
) -> Result<i32, Error> {
    let engine = engine(100);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "later", later).unwrap();
    linker.define("env", "memory", memory(&engine).as_memory(&mut store).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &module(&engine, SAYS)).unwrap();
    instance.get_typed_func::<(), i32>(&store, "run").unwrap().call(&mut store, ())
}

#[test]
fn a_host_function_suspends_nothing_by_the_error_alone() {
    assert!(matches!(said(|_| Err(Error::Suspended)), Err(Error::Suspended)));
    // What the function that suspends gives is not returned: the guest goes on, and then waits in vain.
    let timed_out = said(|mut caller| {
        caller.sleep(std::future::pending::<i32>());
        Ok(0)
    });
    assert_eq!(timed_out.unwrap(), vellum::WaitResult::TimedOut as i32);
}

#[test]
fn a_guest_sleeps_until_the_future_has_the_result() {
    let slept = said(|mut caller| Err(caller.sleep(std::future::ready(7))));
    assert_eq!(slept.unwrap(), vellum::WaitResult::TimedOut as i32);
    let failed = said(|mut caller| Err(caller.sleep(async { Err::<i32, _>(Error::Exit(3)) })));
    assert!(matches!(failed, Err(Error::Exit(3))));
    let mistyped = said(|mut caller| Err(caller.sleep(std::future::ready(7_i64))));
    assert!(matches!(mistyped, Err(Error::WrongArguments(_))));
}
