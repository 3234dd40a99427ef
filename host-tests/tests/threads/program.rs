//! The program whose threads a guest starts, and what they share with it.

use crate::setup::{config, memory};
use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Waker},
};
use vellum::{
    Caller, Engine, Error, Extern, Instance, Limit, Linker, Memory, Module, SharedMemory, Store,
    StoreLimits, Trap,
};

/// The start function does as the word at 0 says: returns, traps, or waits.
const PROGRAM: &str = r#"(module (import "env" "memory" (memory 1 2 shared))
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "env" "peek" (func $peek))
    (func $start
        (if (i32.eq (i32.load (i32.const 0)) (i32.const 1)) (then unreachable))
        (if (i32.eq (i32.load (i32.const 0)) (i32.const 2)) (then
            (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1)))))
        (if (i32.eq (i32.load (i32.const 0)) (i32.const 3)) (then (drop (call $run)))))
    (start $start)
    (func (export "wasi_thread_start") (param i32 i32)
        (call $peek)
        (i32.atomic.store (i32.const 4) (i32.const 77)))
    (func $run (export "run") (result i32)
        (call $peek)
        (drop (call $spawn (i32.const 0)))
        (loop $wait (br_if $wait (i32.eqz (i32.atomic.load (i32.const 4)))))
        (i32.atomic.load (i32.const 4)))
    (func (export "start one") (result i32) (call $spawn (i32.const 0))))"#;

fn module(engine: &Engine) -> Module {
    Module::new(engine, wat::parse_str(PROGRAM).unwrap()).unwrap()
}

fn linker(
    store: &mut Store<()>,
    memory: &SharedMemory,
    peek: impl Fn(Caller<'_, ()>) + Send + Sync + 'static,
) -> Linker<()> {
    let mut linker = Linker::new(&store.engine().clone());
    linker.define("env", "memory", memory.as_memory(&mut *store).unwrap()).unwrap();
    let spawn = |mut caller: Caller<'_, ()>, n: i32| caller.spawn((), n);
    linker.func_wrap("wasi", "thread-spawn", spawn).unwrap();
    linker.func_wrap("env", "peek", peek).unwrap();
    linker
}

fn run(store: &mut Store<()>, instance: Instance) -> Result<i32, Error> {
    instance.get_typed_func::<(), i32>(&*store, "run")?.call(store, ())
}

#[test]
fn an_instance_whose_start_function_failed_is_no_program() {
    let engine = Engine::new(&config()).unwrap();
    let module = module(&engine);
    let (failed, given_up, good) = (memory(&engine), memory(&engine), memory(&engine));
    let mut store = Store::new(&engine, ());
    failed.atomic_store(0, 1_i32).unwrap();
    let error = linker(&mut store, &failed, |_| {}).instantiate(&mut store, &module).unwrap_err();
    assert!(matches!(error, Error::Trap(Trap::Unreachable)), "{error}");
    given_up.atomic_store(0, 2_i32).unwrap();
    {
        let linker = linker(&mut store, &given_up, |_| {});
        let imports = module
            .imports()
            .map(|import| linker.get(&mut store, import.module(), import.name()))
            .collect::<Result<Option<Vec<_>>, _>>();
        let imports = imports.unwrap().unwrap();
        let mut starting = pin!(Instance::new_async(&mut store, &module, &imports));
        let context = &mut Context::from_waker(Waker::noop());
        assert!((0..5).all(|_| starting.as_mut().poll(context).is_pending()));
    }
    let instance = linker(&mut store, &good, |_| {}).instantiate(&mut store, &module).unwrap();
    assert_eq!(run(&mut store, instance).unwrap(), 77);
    for memory in [failed, given_up] {
        memory.atomic_store(0, 0_i32).unwrap();
        assert_eq!(memory.atomic_load::<i32>(4).unwrap(), 0);
    }
}

#[test]
fn a_start_function_starts_threads_of_its_own_instance() {
    let engine = Engine::new(&config()).unwrap();
    let module = module(&engine);
    let memory = memory(&engine);
    memory.atomic_store(0, 3_i32).unwrap();
    let mut store = Store::new(&engine, ());
    let linker = linker(&mut store, &memory, |_| {});
    // Its thread's instance is started, too, and starts another one, and so on.
    let error = linker.instantiate(&mut store, &module).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded(_)), "{error}");
}

#[test]
fn threads_use_the_handles_of_their_store_and_the_store_uses_theirs() {
    let engine = Engine::new(&config()).unwrap();
    let module = module(&engine);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let view = memory.as_memory(&mut store).unwrap();
    let own = Memory::new(&mut store, vellum::MemoryType::new(1, Some(1))).unwrap();
    let made = Arc::new(Mutex::new(Vec::new()));
    let peek = {
        let made = Arc::clone(&made);
        move |mut caller: Caller<'_, ()>| {
            assert_eq!(view.size(&caller).unwrap(), 1);
            let bytes = own.data_mut(&mut caller).unwrap();
            bytes[0] += 1;
            let ty = vellum::MemoryType::new(0, Some(0));
            made.lock().unwrap().push(Memory::new(&mut caller, ty).unwrap());
            let run = caller.get_export("run").and_then(Extern::into_func).unwrap();
            assert!(run.ty(&caller).is_ok());
        }
    };
    let instance = linker(&mut store, &memory, peek).instantiate(&mut store, &module).unwrap();
    assert_eq!(run(&mut store, instance).unwrap(), 77);
    assert_eq!(own.read_value::<u8>(&store, 0).unwrap(), 2, "the program and its thread");
    let made = std::mem::take(&mut *made.lock().unwrap());
    assert!(made.iter().all(|memory| memory.size(&store).unwrap() == 0));
}

#[test]
fn threads_that_still_run_when_their_call_returns_use_up_instances() {
    let engine = Engine::new(&config()).unwrap();
    let module = module(&engine);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    store.set_limits(StoreLimits { instances: 4, ..StoreLimits::default() });
    let instance = linker(&mut store, &memory, |_| {}).instantiate(&mut store, &module).unwrap();
    let one = instance.get_typed_func::<(), i32>(&store, "start one").unwrap();
    let started = (0..).map_while(|_| one.call(&mut store, ()).ok()).count();
    assert_eq!(started, 3);
    let Err(Error::LimitExceeded(exceeded)) = one.call(&mut store, ()) else {
        panic!("there is a limit");
    };
    assert_eq!(exceeded.limit, Limit::Instances);
}
