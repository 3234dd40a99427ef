//! Threads that guests start.

use crate::setup::{config, memory};
use std::sync::atomic::{AtomicUsize, Ordering};
use vellum::{
    Caller, ConfigError, Engine, Error, Instance, Limit, Linker, Module, PAGE_SIZE, SharedMemory,
    Store, StoreLimits, Trap,
};

const PROGRAM: &str = r#"(module
    (import "env" "memory" (memory 1 2 shared))
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "env" "who" (func $who (result i32)))
    (global $instances (mut i32) (i32.const 0))
    (func $start (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 1))))
    (start $start)
    (func (export "wasi_thread_start") (param $id i32) (param $argument i32)
        (if (i32.eq (local.get $argument) (i32.const -1)) (then unreachable))
        (if (i32.eq (local.get $argument) (i32.const -2)) (then
            (drop (call $spawn (i32.const 0x7fffffff))) (return)))
        (loop $next
            (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
            (br_if $next (local.tee $argument
                (i32.sub (local.get $argument) (i32.const 1)))))
        (drop (i32.atomic.rmw.add (i32.const 8) (call $who)))
        (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
        (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))
    (func (export "nest")
        (i32.atomic.store (i32.const 0) (i32.const 0))
        (drop (call $spawn (i32.const -2)))
        (loop $wait (br_if $wait (i32.eqz (i32.atomic.load (i32.const 0))))))
    (func (export "run") (param $threads i32) (param $times i32) (result i32)
        (local $left i32) (local $done i32)
        (i32.atomic.store (i32.const 4) (i32.const 0))
        (local.set $left (local.get $threads))
        (loop $next
            (if (i32.le_s (call $spawn (local.get $times)) (i32.const 0))
                (then (return (i32.const -1))))
            (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (loop $wait
            (local.set $done (i32.atomic.load (i32.const 4)))
            (if (i32.lt_u (local.get $done) (local.get $threads)) (then
                (drop (memory.atomic.wait32 (i32.const 4) (local.get $done) (i64.const -1)))
                (br $wait))))
        (i32.atomic.load (i32.const 0))))"#;

fn program(engine: &Engine, memory: &SharedMemory) -> (Store<i32>, Instance) {
    let mut store = Store::new(engine, 1);
    let mut linker = Linker::new(engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    linker.func_wrap("env", "who", |caller: Caller<'_, i32>| *caller.data()).unwrap();
    linker
        .func_wrap("wasi", "thread-spawn", |mut caller: Caller<'_, i32>, argument: i32| {
            let data = *caller.data() * 10;
            caller.spawn(data, argument)
        })
        .unwrap();
    let module = Module::new(engine, wat::parse_str(PROGRAM).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    (store, instance)
}

#[test]
fn threads_of_one_program_count_exactly() {
    for slice in [1, 7, 100, 100_000] {
        let engine = Engine::new(config().slice(slice)).unwrap();
        let memory = memory(&engine);
        let (mut store, instance) = program(&engine, &memory);
        let run = instance.get_typed_func::<(i32, i32), i32>(&store, "run").unwrap();
        assert_eq!(run.call(&mut store, (3, 1000)).unwrap(), 3000, "slice {slice}");
        // Each thread has data of its own, given by its parent.
        assert_eq!(memory.atomic_load::<i32>(8).unwrap(), 30);
        // The instances of those threads serve the next ones, and are not started again.
        assert_eq!(memory.atomic_load::<i32>(64).unwrap(), 4);
        assert_eq!(run.call(&mut store, (3, 1000)).unwrap(), 6000, "slice {slice}");
        assert!(memory.atomic_load::<i32>(64).unwrap() <= 7);
        for _ in 0..100 {
            run.call(&mut store, (2, 1)).unwrap();
        }
        assert!(memory.atomic_load::<i32>(64).unwrap() <= 7);
    }
}

#[test]
fn there_is_a_limit_to_their_number() {
    let engine = Engine::new(config().max_threads(2)).unwrap();
    let memory = memory(&engine);
    let (mut store, instance) = program(&engine, &memory);
    let run = instance.get_typed_func::<(i32, i32), i32>(&store, "run").unwrap();
    assert_eq!(run.call(&mut store, (2, 10)).unwrap(), 20);
    let Err(Error::LimitExceeded(exceeded)) = run.call(&mut store, (3, 1_000_000)) else {
        panic!("there is a limit");
    };
    assert_eq!((exceeded.limit, exceeded.maximum), (Limit::Threads, 2));
    // Those that were started have ended with the call.
    assert_eq!(run.call(&mut store, (2, 10)).unwrap() % 10, 0);
}

#[test]
fn a_trap_in_a_thread_ends_the_call() {
    let engine = Engine::new(&config()).unwrap();
    let memory = memory(&engine);
    let (mut store, instance) = program(&engine, &memory);
    let run = instance.get_typed_func::<(i32, i32), i32>(&store, "run").unwrap();
    let error = run.call(&mut store, (2, -1)).unwrap_err();
    assert!(matches!(error, Error::Trap(Trap::Unreachable)), "{error}");
    assert_eq!(run.call(&mut store, (2, 5)).unwrap() % 5, 0);
}

#[test]
fn an_engine_without_threads_starts_none() {
    let engine = Engine::new(config().threads(false)).unwrap();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let spawn = |mut caller: Caller<'_, ()>, n: i32| caller.spawn((), n);
    linker.func_wrap("wasi", "thread-spawn", spawn).unwrap();
    let text = r#"(module (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
        (func (export "run") (result i32) (call $spawn (i32.const 1))))"#;
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance.get_typed_func::<(), i32>(&store, "run").unwrap();
    assert!(matches!(run.call(&mut store, ()), Err(Error::Config(ConfigError::Threads))));
}

#[test]
fn calls_that_abandon_their_threads_do_not_heap_up_instances() {
    let engine = Engine::new(&config()).unwrap();
    let memory = memory(&engine);
    let (mut store, instance) = program(&engine, &memory);
    store.set_limits(StoreLimits { instances: 5, ..StoreLimits::default() });
    let nest = instance.get_typed_func::<(), ()>(&store, "nest").unwrap();
    // Each call ends before the thread of its thread does, whose instance is in no state to be used
    // again. It is the thread that asks for the instance.
    let Some(Error::LimitExceeded(exceeded)) =
        (0..10).find_map(|_| nest.call(&mut store, ()).err())
    else {
        panic!("there is a limit");
    };
    assert_eq!((exceeded.limit, exceeded.maximum), (Limit::Instances, 5));
}

#[test]
fn threads_hold_what_their_program_may_hold() {
    let engine = Engine::new(&config()).unwrap();
    let memory = memory(&engine);
    for (limits, limit, maximum) in [
        (StoreLimits { memories: 3, ..StoreLimits::default() }, Limit::Memories, 3),
        (StoreLimits { pages: 5, ..StoreLimits::default() }, Limit::Pages, 5),
        (StoreLimits { tables: 4, ..StoreLimits::default() }, Limit::Tables, 4),
        (StoreLimits { instances: 6, ..StoreLimits::default() }, Limit::Instances, 6),
    ] {
        let mut store = Store::new(&engine, ());
        store.set_limits(limits);
        let mut linker = Linker::new(&engine);
        linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
        let spawn = |mut caller: Caller<'_, ()>, n: i32| caller.spawn((), n);
        linker.func_wrap("wasi", "thread-spawn", spawn).unwrap();
        let holds = Module::new(
            &engine,
            wat::parse_str("(module (memory 1 1) (table 0 funcref))").unwrap(),
        );
        let holds = holds.unwrap();
        let make =
            move |mut caller: Caller<'_, ()>| Instance::new(&mut caller, &holds, &[]).map(drop);
        linker.func_wrap("env", "make", make).unwrap();
        // Each thread makes something, and starts the next one.
        let text = r#"(module (import "env" "memory" (memory 1 2 shared))
            (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
            (import "env" "make" (func $make))
            (func $next (call $make) (drop (call $spawn (i32.const 0))))
            (func (export "wasi_thread_start") (param i32 i32) (call $next))
            (func (export "run") (call $next) (loop $for_ever (br $for_ever))))"#;
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
        let Err(Error::LimitExceeded(exceeded)) = run.call(&mut store, ()) else {
            panic!("there is a limit");
        };
        assert_eq!((exceeded.limit, exceeded.maximum), (limit, maximum));
        assert!(store.reserved_bytes().unwrap() >= 2 * PAGE_SIZE as u64);
    }
}

#[test]
fn a_chain_of_threads_does_not_keep_its_program_from_going_on() {
    let engine = Engine::new(&config()).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    let spawn = |mut caller: Caller<'_, ()>, n: i32| caller.spawn((), n);
    linker.func_wrap("wasi", "thread-spawn", spawn).unwrap();
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
        (func (export "wasi_thread_start") (param i32 i32)
            (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
            (drop (call $spawn (i32.const 0))))
        (func (export "run") (drop (call $spawn (i32.const 0)))
            (loop $wait
                (br_if $wait (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 100))))))"#;
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
    run.call(&mut store, ()).unwrap();
    // Under a guard a thread ends with its call, too: the next call finds none.
    run.call(&mut store, ()).unwrap();
    let started = instance.get_typed_func::<(i32, i32), ()>(&store, "wasi_thread_start").unwrap();
    started.call(&mut store.lock().unwrap(), (0, 0)).unwrap();
    memory.atomic_store(0, 100_i32).unwrap();
    run.call(&mut store, ()).unwrap();
    assert!(memory.atomic_load::<i32>(0).unwrap() <= 102);
}

#[test]
fn a_thread_that_would_not_fit_the_heap_is_refused() {
    static FREE: AtomicUsize = AtomicUsize::new(1 << 24);
    let engine = Engine::new(config().heap_free(|| FREE.load(Ordering::Relaxed))).unwrap();
    let memory = memory(&engine);
    let (mut store, instance) = program(&engine, &memory);
    let run = instance.get_typed_func::<(i32, i32), i32>(&store, "run").unwrap();
    FREE.store(1000, Ordering::Relaxed);
    let Err(Error::OutOfHeap { needed, free: 1000 }) = run.call(&mut store, (1, 10)) else {
        panic!("there is no room");
    };
    FREE.store(needed, Ordering::Relaxed);
    assert_eq!(run.call(&mut store, (1, 10)).unwrap(), 10);
}
