//! What the interpreter must survive when it is stopped anywhere: lazy translation, growing, calls that
//! outlive what they run on.

use crate::setup::{config, engine, guest, memory};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Waker},
};
use vellum::{
    Caller, CompilationMode, Config, Engine, Error, FuncType, Instance, Limit, Linker, Module,
    PAGE_SIZE, PagePool, SharedMemory, Store, StoreLimits, Val, ValType,
};

#[test]
fn functions_translated_at_their_first_call_run_in_any_slice() {
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (table funcref (elem $step))
        (func $step (param i32) (result i32)
            (if (local.get 0) (then (drop (call $third (local.get 0)))))
            (i32.atomic.rmw.add (i32.const 0) (local.get 0)))
        (func $third (param i32) (result i32)
            (memory.fill (i32.const 64) (local.get 0) (i32.const 1000))
            (i32.load8_u (i32.const 1063)))
        (func (export "run") (param $times i32) (result i32)
            (loop $next
                (drop (call_indirect (param i32) (result i32) (local.get $times) (i32.const 0)))
                (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
            (i32.add (i32.atomic.load (i32.const 0)) (call $third (i32.const 5)))))"#;
    for mode in [CompilationMode::Lazy, CompilationMode::Eager] {
        for slice in [1, 2, 10, 10_000] {
            let engine = Engine::new(config().compilation_mode(mode).slice(slice)).unwrap();
            let memory = memory(&engine);
            let mut store = Store::new(&engine, ());
            let instance = guest(&mut store, &memory, text).unwrap();
            let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
            for total in [55, 110] {
                let result = run.call(&mut store, 10);
                assert_eq!(result.unwrap(), total + 5, "{mode:?}, slice {slice}");
            }
        }
    }
}

#[test]
fn a_function_that_proves_invalid_when_it_is_first_called_ends_the_call() {
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (func $bad (result i32) (i64.const 1))
        (func (export "bad") (result i32) (call $bad))
        (func (export "good") (result i32) (i32.const 42)))"#;
    let engine = Engine::new(config().compilation_mode(CompilationMode::Lazy).slice(1)).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let instance = match guest(&mut store, &memory, text) {
        Ok(instance) => instance,
        // Refused while it is loaded is right, too.
        Err(Error::InvalidModule { .. }) => return,
        Err(error) => panic!("{error}"),
    };
    let bad = instance.get_typed_func::<(), i32>(&store, "bad").unwrap();
    let error = bad.call(&mut store, ()).unwrap_err();
    assert!(matches!(error, Error::InvalidModule { .. }), "{error}");
    // The interpreter remembers that the function failed, but not why.
    let error = bad.call(&mut store, ()).unwrap_err();
    assert!(
        matches!(&error, Error::LimitExceeded(it) if it.limit == Limit::Interpreter),
        "{error}"
    );
    let good = instance.get_typed_func::<(), i32>(&store, "good").unwrap();
    assert_eq!(good.call(&mut store, ()).unwrap(), 42);
}

#[test]
fn growing_in_slices_counts_once() {
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (memory $own (export "own") 1 5) (table $table 1 funcref)
        (func (export "grow") (param i32) (result i32) (memory.grow $own (local.get 0)))
        (func (export "widen") (param i32) (result i32)
            (table.grow $table (ref.null func) (local.get 0))))"#;
    for slice in [1, 3, 100] {
        let engine = engine(slice);
        let memory = memory(&engine);
        let mut store = Store::new(&engine, ());
        // Exactly what the guest may have: anything counted twice would be refused.
        let limits = StoreLimits { pages: 5, table_elements: 7, ..StoreLimits::default() };
        store.set_limits(limits);
        let instance = guest(&mut store, &memory, text).unwrap();
        for (name, most) in [("grow", 5), ("widen", 7)] {
            let grow = instance.get_typed_func::<i32, i32>(&store, name).unwrap();
            for size in (1..most).step_by(2) {
                assert_eq!(grow.call(&mut store, 2).unwrap(), size, "{name}, slice {slice}");
            }
            assert_eq!(grow.call(&mut store, 1).unwrap(), -1, "{name}, slice {slice}");
            assert_eq!(grow.call(&mut store, 0).unwrap(), most, "{name}, slice {slice}");
        }
        assert_eq!(store.reserved_bytes().unwrap(), 5 * PAGE_SIZE as u64);
        assert_eq!(store.memory_bytes().unwrap(), 5 * PAGE_SIZE as u64);
    }
}

const STOPS: &str = r#"(module (import "env" "memory" (memory 1 1 shared))
    (import "env" "later" (func $later (result i32)))
    (memory $own 1 1)
    (func (export "spend") (loop $for_ever (br $for_ever)))
    (func (export "park")
        (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
    (func (export "suspend") (drop (call $later))))"#;

type Later<R> = Box<dyn Future<Output = R> + Send>;

fn stopping(engine: &Engine) -> (Store<()>, Instance, SharedMemory) {
    let memory = SharedMemory::new(engine, vellum::MemoryType::shared(1, 1)).unwrap();
    let mut store = Store::new(engine, ());
    let mut linker = Linker::new(engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    let later = |_: Caller<'_, ()>, ()| Box::new(std::future::pending::<i32>()) as Later<i32>;
    linker.func_wrap_async("env", "later", later).unwrap();
    let module = Module::new(engine, wat::parse_str(STOPS).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    (store, instance, memory)
}

fn polled<F: Future>(mut call: Pin<Box<F>>) -> Pin<Box<F>> {
    let context = &mut Context::from_waker(Waker::noop());
    assert!((0..5).all(|_| call.as_mut().poll(context).is_pending()));
    call
}

#[test]
fn a_call_given_up_with_its_store_keeps_no_pages() {
    static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    let mut config = Config::new();
    config.page_pool(&PAGES).threads(true).slice(10).concurrent_calls(4);
    for name in ["spend", "park", "suspend"] {
        // The store is dropped with its call.
        let engine = Engine::new(&config).unwrap();
        let (mut store, instance, memory) = stopping(&engine);
        let call = polled(Box::pin(async move {
            let stop = instance.get_typed_func::<(), ()>(&store, name)?;
            stop.call_async(&mut store, ()).await
        }));
        drop(memory);
        assert_eq!(PAGES.free(), 0);
        drop(call);
        assert_eq!(PAGES.leased(), 0, "{name}");
        // The store is dropped, and its call is never.
        let (mut store, instance, memory) = stopping(&engine);
        let stop = instance.get_typed_func::<(), ()>(&store, name).unwrap();
        std::mem::forget(polled(Box::pin(stop.call_async(&mut store, ()))));
        drop((store, memory, engine));
        assert_eq!(PAGES.leased(), 0, "{name}");
    }
}

#[test]
fn a_store_goes_on_when_a_call_of_it_was_forgotten() {
    let engine = Engine::new(config().slice(10)).unwrap();
    let (mut store, instance, memory) = stopping(&engine);
    let park = instance.get_typed_func::<(), ()>(&store, "park").unwrap();
    std::mem::forget(polled(Box::pin(park.call_async(&mut store, ()))));
    // The wait of the forgotten call is still the first in the queue, and as good as one of the store's.
    let _other = memory.clone();
    let mut call = polled(Box::pin(park.call_async(&mut store, ())));
    assert_eq!(memory.atomic_notify(0, 2).unwrap(), 2);
    let context = &mut Context::from_waker(Waker::noop());
    assert!((0..5).any(|_| call.as_mut().poll(context).is_ready()));
}

/// Calls a guest whose host function returns later what it should not.
fn wrong(store: &mut Store<()>, values: Vec<Val>) -> Error {
    let engine = store.engine().clone();
    let mut linker = Linker::new(&engine);
    let ty = FuncType::new([], [ValType::I32]);
    linker
        .func_new_async("env", "later", ty, move |_: Caller<'_, ()>, _| {
            Box::new(std::future::ready(Ok(values.clone())))
        })
        .unwrap();
    let text = r#"(module (import "env" "later" (func $later (result i32)))
        (func (export "run") (drop (call $later))))"#;
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let instance = linker.instantiate(&mut *store, &module).unwrap();
    let run = instance.get_typed_func::<(), ()>(&*store, "run").unwrap();
    run.call(&mut *store, ()).unwrap_err()
}

#[test]
fn a_call_is_not_resumed_with_values_of_other_types_or_stores() {
    let engine = engine(10);
    let mut store = Store::new(&engine, ());
    let mut other = Store::new(&engine, ());
    let theirs = vellum::Func::wrap(&mut other, || {}).unwrap();
    let wrong_types = [vec![], vec![Val::I64(1)], vec![Val::I32(1); 2], vec![Val::FuncRef(None)]];
    for values in wrong_types {
        let error = wrong(&mut store, values);
        assert!(matches!(error, Error::WrongArguments(_)), "{error}");
    }
    let error = wrong(&mut store, vec![Val::FuncRef(Some(theirs))]);
    assert!(matches!(error, Error::WrongStore), "{error}");
}
