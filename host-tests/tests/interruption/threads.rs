//! Guests of an engine with threads: programs of several, and several that share a memory.

use crate::setup::{Handler, config, interrupted, module, store};
use std::{
    future::Future,
    pin::{Pin, pin},
    sync::mpsc,
    task::{Context, Waker},
    thread,
};
use vellum::{
    Caller, Config, Engine, Error, Instance, MemoryType, Platform, SharedMemory, Store, TypedFunc,
};

fn threads() -> Config {
    let mut config = config();
    config.threads(true).platform(&Platform::STD).max_threads(3);
    config
}

fn memory(engine: &Engine) -> SharedMemory {
    SharedMemory::new(engine, MemoryType::shared(1, 1)).expect("there are pages")
}

const PROGRAM: &str = r#"(module
    (import "env" "memory" (memory 1 1 shared))
    (import "host" "interrupt" (func $interrupt))
    (import "host" "spawn" (func $spawn (param i32) (result i32)))
    (func (export "wasi_thread_start") (param $id i32) (param $kind i32)
        (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
        (if (local.get $kind) (then
            (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1)))))
        (loop (br 0)))
    (func (export "run") (param $kind i32) (param $interrupts i32)
        (i32.atomic.store (i32.const 0) (i32.const 0))
        (drop (call $spawn (i32.const 0)))
        (drop (call $spawn (local.get $kind)))
        (drop (call $spawn (local.get $kind)))
        (loop $wait (br_if $wait (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 3))))
        (if (local.get $interrupts) (then (call $interrupt)))
        (loop (br 0)))
    (func (export "wait")
        (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1))))
    (func (export "count") (loop
        (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
        (br 0))))"#;

fn guest(engine: &Engine, memory: &SharedMemory) -> (Store<Handler>, Instance) {
    let (mut store, mut linker) = store(engine);
    let shared = memory.as_memory(&mut store).unwrap();
    linker.define("env", "memory", shared).unwrap();
    let spawn = |mut caller: Caller<'_, Handler>, argument: i32| {
        let data = caller.data().clone();
        caller.spawn(data, argument)
    };
    linker.func_wrap("host", "spawn", spawn).unwrap();
    let instance = linker.instantiate(&mut store, &module(engine, PROGRAM)).unwrap();
    (store, instance)
}

type Run = TypedFunc<(i32, i32), ()>;

#[test]
fn all_threads_of_a_program_end_and_their_places_come_back() {
    for slice in [1, 10_000] {
        let engine = Engine::new(threads().slice(slice)).unwrap();
        let memory = memory(&engine);
        let (mut store, instance) = guest(&engine, &memory);
        let run: Run = instance.get_typed_func(&store, "run").unwrap();
        // Each round takes all the threads that there may be.
        for kind in [0, 1, 0, 1] {
            let stopped = run.call(&mut store, (kind, 1));
            interrupted(&mut store, stopped);
        }
        assert_eq!(memory.atomic_notify(8, u32::MAX).unwrap(), 0);
    }
}

#[test]
fn another_guest_on_the_memory_goes_on() {
    let engine = Engine::new(&threads()).unwrap();
    let memory = memory(&engine);
    let ((mut one, first), (mut other, second)) =
        (guest(&engine, &memory), guest(&engine, &memory));
    let handle = one.interrupt_handle().unwrap();
    let run: Run = first.get_typed_func(&one, "run").unwrap();
    let count = second.get_typed_func::<(), ()>(&other, "count").unwrap();
    let mut counting = pin!(count.call_async(&mut other, ()));
    let stopped = {
        let mut running = pin!(run.call_async(&mut one, (0, 0)));
        for _ in 0..20 {
            assert!(is_pending(running.as_mut()) && is_pending(counting.as_mut()));
        }
        handle.interrupt();
        let Some(stopped) = poll(running.as_mut()) else { panic!("it goes on") };
        stopped
    };
    interrupted(&mut one, stopped);
    let before = memory.atomic_load::<u32>(4).unwrap();
    assert!(is_pending(counting.as_mut()));
    assert!(memory.atomic_load::<u32>(4).unwrap() > before);
}

fn poll<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

fn is_pending<F: Future<Output = Result<(), Error>>>(future: Pin<&mut F>) -> bool {
    poll(future).is_none()
}

#[test]
fn a_guest_is_stopped_while_it_waits_for_its_turn() {
    let engine = Engine::new(&threads()).unwrap();
    let memory = memory(&engine);
    let ((mut one, first), (mut other, _)) = (guest(&engine, &memory), guest(&engine, &memory));
    let handle = one.interrupt_handle().unwrap();
    let run: Run = first.get_typed_func(&one, "run").unwrap();
    let (sender, receiver) = mpsc::channel();
    // Nobody else has a turn while this is held.
    let turn = other.lock().unwrap();
    let waiting = thread::spawn(move || {
        sender.send(()).unwrap();
        let stopped = run.call(&mut one, (0, 0));
        interrupted(&mut one, stopped);
    });
    receiver.recv().unwrap();
    handle.interrupt();
    waiting.join().unwrap();
    drop(turn);
}

#[test]
fn stops_from_another_thread_are_not_lost() {
    let engine = Engine::new(&threads()).unwrap();
    let memory = memory(&engine);
    let (mut store, instance) = guest(&engine, &memory);
    let (handle, wait) = (store.interrupt_handle().unwrap(), "wait");
    let wait = instance.get_typed_func::<(), ()>(&store, wait).unwrap();
    let (sender, receiver) = mpsc::channel();
    let watchdog = thread::spawn(move || receiver.iter().for_each(|()| handle.interrupt()));
    for _ in 0..500 {
        sender.send(()).unwrap();
        // The stop comes before the guest waits, while it begins to, or while it is idle.
        let stopped = wait.call(&mut store, ());
        interrupted(&mut store, stopped);
    }
    drop(sender);
    watchdog.join().unwrap();
}
