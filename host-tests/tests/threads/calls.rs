//! Host functions of guests with threads: their memory, nested calls, suspended calls.

use crate::setup::{config, engine, memory};
use std::{
    sync::Arc,
    sync::atomic::{AtomicU32, Ordering},
};
use vellum::{
    Caller, Engine, Error, Func, FuncType, Instance, Linker, Module, SharedMemory, Store, Trap,
    Val, ValType,
};

fn linked<T: Send + 'static>(
    linker: &Linker<T>,
    store: &mut Store<T>,
    text: &str,
) -> Result<Instance, Error> {
    let module = Module::new(linker.engine(), wat::parse_str(text).unwrap())?;
    linker.instantiate(store, &module)
}

#[test]
fn a_host_function_reaches_the_memory_through_its_caller() {
    let engine = engine(10);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    let handle = memory.clone();
    linker
        .func_wrap("env", "host", move |mut caller: Caller<'_, ()>| {
            let own = caller.get_export("memory").and_then(vellum::Extern::into_memory);
            own.expect("it is exported").write(&mut caller, 4, &[7])?;
            // The lock is the caller's: another handle of the same world can't have it.
            assert!(matches!(handle.write(4, &[8]), Err(Error::WouldDeadlock)));
            Ok(())
        })
        .unwrap();
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (import "env" "host" (func $host)) (export "memory" (memory 0))
        (func (export "run") (result i32) (call $host) (i32.load8_u (i32.const 4))))"#;
    let instance = linked(&linker, &mut store, text).unwrap();
    let run = instance.get_typed_func::<(), i32>(&store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), 7);
}

/// A guest whose host function calls it back: `run(n)` adds the numbers up to `n` by turns.
fn nested(slice: u64) -> (Store<()>, Instance) {
    let engine = engine(slice);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker
        .func_wrap("env", "sum", |mut caller: Caller<'_, ()>, n: i32| {
            let sum = caller.get_export("sum").and_then(vellum::Extern::into_func);
            let sum = sum.expect("it is exported").typed::<i32, i32>(&caller)?;
            sum.call(&mut caller, n)
        })
        .unwrap();
    let text = r#"(module (import "env" "sum" (func $host (param i32) (result i32)))
        (memory 1 1 shared)
        (func (export "sum") (param $n i32) (result i32) (local $i i32) (local $sum i32)
            (loop $next
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (local.set $sum (i32.add (local.get $sum) (local.get $i)))
                (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
            (local.get $sum))
        (func (export "run") (param $n i32) (result i32) (local $i i32) (local $sum i32)
            (loop $next
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (local.set $sum (i32.add (local.get $sum) (call $host (local.get $i))))
                (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
            (local.get $sum))
        (func (export "wait") (result i32)
            (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))"#;
    let instance = linked(&linker, &mut store, text).unwrap();
    (store, instance)
}

#[test]
fn nested_calls_lose_nothing_whatever_the_slice() {
    let expected: i32 = (1..=40).map(|n| n * (n + 1) / 2).sum();
    for slice in [1, 2, 3, 5, 8, 13, 100, 100_000] {
        let (mut store, instance) = nested(slice);
        let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
        assert_eq!(run.call(&mut store, 40).unwrap(), expected, "slice {slice}");
    }
}

#[test]
fn fuel_is_counted_across_slices_and_nested_calls() {
    let spent = |slice: u64| {
        let engine = Engine::new(config().slice(slice).consume_fuel(true)).unwrap();
        let mut store = Store::new(&engine, ());
        store.set_fuel(1_000_000).unwrap();
        let text = r#"(module (func (export "run") (param $n i32)
            (loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))"#;
        let instance = linked(&Linker::new(&engine), &mut store, text).unwrap();
        let run = instance.get_typed_func::<i32, ()>(&store, "run").unwrap();
        run.call(&mut store, 1000).unwrap();
        let left = store.get_fuel().unwrap();
        assert!(matches!(run.call(&mut store, i32::MAX), Err(Error::OutOfFuel)));
        store.set_fuel(10_000).unwrap();
        run.call(&mut store, 1000).unwrap();
        1_000_000 - left
    };
    let all_at_once = spent(u64::MAX);
    assert!((1000..20_000).contains(&all_at_once), "{all_at_once}");
    assert_eq!(spent(1), all_at_once);
    assert_eq!(spent(100), all_at_once);
}

#[test]
fn a_guard_runs_calls_to_their_end_but_does_not_wait() {
    let (mut store, instance) = nested(3);
    let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
    let wait = instance.get_typed_func::<(), i32>(&store, "wait").unwrap();
    let mut guard = store.lock().unwrap();
    assert_eq!(run.call(&mut guard, 3).unwrap(), 1 + 3 + 6);
    for _ in 0..2 * vellum::WAITERS {
        assert!(matches!(wait.call(&mut guard, ()), Err(Error::WouldDeadlock)));
    }
}

#[test]
fn a_suspended_host_function_returns_its_result_later() {
    let engine = engine(10);
    let mut store = Store::new(&engine, ());
    let polls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&polls);
    let memory = SharedMemory::new(&engine, vellum::MemoryType::shared(1, 1)).unwrap();
    let ty = FuncType::new([ValType::I32], [ValType::I32]);
    let later = Func::new_async(&mut store, ty, move |_: Caller<'_, ()>, params| {
        let (n, counted, memory) = (params[0].i32().unwrap(), Arc::clone(&counted), memory.clone());
        Box::new(async move {
            std::future::poll_fn(|_| match counted.fetch_add(1, Ordering::Relaxed) {
                0..3 => std::task::Poll::Pending,
                _ => std::task::Poll::Ready(()),
            })
            .await;
            // The world's lock is free in the meantime.
            memory.atomic_store(0, n)?;
            Ok(vec![Val::I32(2 * n)])
        })
    })
    .unwrap();
    let text = r#"(module (import "env" "later" (func $later (param i32) (result i32)))
        (func (export "run") (result i32) (i32.add (call $later (i32.const 20)) (i32.const 2))))"#;
    let mut linker = Linker::new(&engine);
    linker.define("env", "later", later).unwrap();
    let instance = linked(&linker, &mut store, text).unwrap();
    let run = instance.get_typed_func::<(), i32>(&store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), 42);
    assert_eq!(polls.load(Ordering::Relaxed), 4);
}

#[test]
fn a_suspended_host_function_with_wrong_results_ends_the_call() {
    let engine = engine(10);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let ty = FuncType::new([], [ValType::I32]);
    linker
        .func_new_async("env", "later", ty.clone(), |_: Caller<'_, ()>, _| {
            Box::new(async { Ok(vec![Val::I64(1)]) })
        })
        .unwrap();
    let text = r#"(module (import "env" "later" (func $later (result i32)))
        (func (export "run") (result i32) (call $later)))"#;
    let instance = linked(&linker, &mut store, text).unwrap();
    let run = instance.get_typed_func::<(), i32>(&store, "run").unwrap();
    assert!(matches!(run.call(&mut store, ()), Err(Error::WrongArguments(_))));
    let plain = Engine::new(config().threads(false)).unwrap();
    let mut store = Store::new(&plain, ());
    let mut linker = Linker::new(&plain);
    linker
        .func_new_async("env", "later", ty, |_: Caller<'_, ()>, _| {
            Box::new(async { Ok(vec![Val::I32(1)]) })
        })
        .unwrap();
    let instance = linked(&linker, &mut store, text).unwrap();
    let run = instance.get_typed_func::<(), i32>(&store, "run").unwrap();
    assert!(matches!(run.call(&mut store, ()), Err(Error::Suspended)));
}

#[test]
fn a_host_function_called_without_a_guest_may_return_later() {
    let engine = engine(10);
    let mut store = Store::new(&engine, ());
    let ty = FuncType::new([ValType::I32], [ValType::I32]);
    let later = Func::new_async(&mut store, ty, |_: Caller<'_, ()>, params| {
        let n = params[0].i32().unwrap();
        Box::new(async move {
            let mut polls = 0;
            std::future::poll_fn(|_| {
                polls += 1;
                if polls < 3 { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
            })
            .await;
            Ok(if n < 0 { vec![] } else { vec![Val::I32(2 * n)] })
        })
    })
    .unwrap();
    let typed = later.typed::<i32, i32>(&store).unwrap();
    assert_eq!(typed.call(&mut store, 21).unwrap(), 42);
    assert!(matches!(typed.call(&mut store, -1), Err(Error::WrongArguments(_))));
    // As what an instance exports, and as a start function.
    let text = r#"(module (import "env" "later" (func $later (param i32) (result i32)))
        (export "later" (func $later)))"#;
    let mut linker = Linker::new(&engine);
    linker.define("env", "later", later).unwrap();
    linker.func_wrap_async("env", "begin", |_: Caller<'_, ()>, ()| Box::new(async {})).unwrap();
    let instance = linked(&linker, &mut store, text).unwrap();
    let typed = instance.get_typed_func::<i32, i32>(&store, "later").unwrap();
    assert_eq!(typed.call(&mut store, 4).unwrap(), 8);
    let error = typed.call(&mut store.lock().unwrap(), 4).unwrap_err();
    assert!(matches!(error, Error::WouldDeadlock), "{error}");
    let text = r#"(module (import "env" "begin" (func $begin)) (start $begin))"#;
    linked(&linker, &mut store, text).unwrap();
}

#[test]
fn start_functions_run_in_slices_and_may_wait() {
    let engine = engine(1);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (func $start
            (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 1000)))
            (i32.atomic.store (i32.const 4) (i32.const 1)))
        (start $start))"#;
    linked(&linker, &mut store, text).unwrap();
    assert_eq!(memory.atomic_load::<i32>(4).unwrap(), 1);
    let text = r#"(module (func $start unreachable) (start $start))"#;
    let error = linked(&linker, &mut store, text).unwrap_err();
    assert!(matches!(error, Error::Trap(Trap::Unreachable)));
}
