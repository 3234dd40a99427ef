//! Calls as futures: tasks that take turns on one thread.

use crate::setup::{config, guest, memory};
use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll, Wake, Waker},
};
use vellum::{Caller, Engine, Error, Instance, Linker, Platform, Store};

/// Polls in turn the tasks that were woken, until all are done or none was woken.
fn execute(tasks: &mut [Pin<&mut dyn Future<Output = Result<(), Error>>>]) -> Vec<Option<Error>> {
    struct Flag(AtomicBool);
    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Release);
        }
    }
    let flags: Vec<_> = tasks.iter().map(|_| Arc::new(Flag(AtomicBool::new(true)))).collect();
    let mut results: Vec<Option<Result<(), Error>>> = tasks.iter().map(|_| None).collect();
    loop {
        let mut ran = false;
        for ((task, flag), result) in tasks.iter_mut().zip(&flags).zip(&mut results) {
            if result.is_none() && flag.0.swap(false, Ordering::AcqRel) {
                ran = true;
                let waker = Waker::from(Arc::clone(flag));
                if let Poll::Ready(done) = task.as_mut().poll(&mut Context::from_waker(&waker)) {
                    *result = Some(done);
                }
            }
        }
        if !ran {
            let unfinished = || Err(Error::host("not woken"));
            return results.into_iter().map(|r| r.unwrap_or_else(unfinished).err()).collect();
        }
    }
}

static ONE_CORE: Platform = Platform::ONE_CORE;

fn engine(slice: u64, fuel: bool) -> Engine {
    Engine::new(config().slice(slice).consume_fuel(fuel).platform(&ONE_CORE)).unwrap()
}

async fn run(store: &mut Store<()>, instance: Instance, argument: i32) -> Result<(), Error> {
    let run = instance.get_typed_func::<i32, ()>(&*store, "run")?;
    run.call_async(store, argument).await
}

#[test]
fn tasks_on_one_core_take_turns_and_wake_each_other() {
    const TURNS: i32 = 500;
    let engine = engine(20, false);
    let memory = memory(&engine);
    let text = |me: i32| {
        format!(
            r#"(module (import "env" "memory" (memory 1 2 shared))
            (func (export "run") (param $turns i32)
                (loop $next
                    (block $mine (loop $again
                        (br_if $mine (i32.eq (i32.atomic.load (i32.const 0)) (i32.const {me})))
                        (drop (memory.atomic.wait32 (i32.const 0) (i32.const {other})
                            (i64.const -1)))
                        (br $again)))
                    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
                    (i32.atomic.store (i32.const 0) (i32.const {other}))
                    (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
                    (br_if $next
                        (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))))"#,
            other = 1 - me
        )
    };
    let mut stores = [Store::new(&engine, ()), Store::new(&engine, ())];
    let [first, second] = &mut stores;
    let a = guest(first, &memory, &text(0)).unwrap();
    let b = guest(second, &memory, &text(1)).unwrap();
    let (a, b) = (pin!(run(first, a, TURNS)), pin!(run(second, b, TURNS)));
    let results = execute(&mut [a, b]);
    assert!(results.iter().all(Option::is_none), "{results:?}");
    assert_eq!(memory.read_value::<i32>(8).unwrap(), 2 * TURNS);
}

#[test]
fn four_endless_guests_share_the_fuel_evenly() {
    const FUEL: u64 = 1_000_000;
    let engine = engine(1000, true);
    let memory = memory(&engine);
    let mut stores: Vec<_> = (0..4).map(|_| Store::new(&engine, ())).collect();
    let text = r#"(module (func (export "run") (param i32) (loop $for_ever (br $for_ever))))"#;
    let mut tasks = Vec::new();
    for store in &mut stores {
        let instance = guest(store, &memory, text).unwrap();
        store.set_fuel(FUEL).unwrap();
        tasks.push(Box::pin(run(store, instance, 0)));
    }
    // A quarter of all the fuel is given out; then each must have had its part of that.
    for _ in 0..FUEL / 1000 / 4 {
        for task in &mut tasks {
            let polled = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending());
        }
    }
    drop(tasks);
    let spent: Vec<u64> = stores.iter().map(|store| FUEL - store.get_fuel().unwrap()).collect();
    let all: u64 = spent.iter().sum();
    assert!(all > FUEL / 2, "{spent:?}");
    for spent in &spent {
        assert!(24 * all <= 100 * spent && 100 * spent <= 26 * all, "{spent} of {all}");
    }
}

#[test]
fn only_a_wait_with_a_time_limit_is_looked_at_again_and_again() {
    #[derive(Default)]
    struct Wakes(AtomicBool);
    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Release);
        }
    }
    let engine = Engine::new(&config()).unwrap();
    let memory = memory(&engine);
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (func (export "run") (param i32)
            (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0)
                (i64.extend_i32_s (local.get 0))))))"#;
    let mut stores = [Store::new(&engine, ()), Store::new(&engine, ())];
    let [first, second] = &mut stores;
    let a = guest(first, &memory, text).unwrap();
    let b = guest(second, &memory, text).unwrap();
    let mut limited = pin!(run(first, a, i32::MAX));
    let mut unlimited = pin!(run(second, b, -1));
    let wakes = [Arc::new(Wakes::default()), Arc::new(Wakes::default())];
    for _ in 0..4 {
        for (task, wakes) in
            [limited.as_mut() as Pin<&mut dyn Future<Output = _>>, unlimited.as_mut()]
                .into_iter()
                .zip(&wakes)
        {
            wakes.0.store(false, Ordering::Release);
            let waker = Waker::from(Arc::clone(wakes));
            assert!(task.poll(&mut Context::from_waker(&waker)).is_pending());
        }
    }
    assert!(wakes[0].0.load(Ordering::Acquire));
    assert!(!wakes[1].0.load(Ordering::Acquire));
}

#[test]
fn a_dropped_call_leaves_its_place_in_the_queue() {
    let engine = engine(100, false);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (func (export "run") (param i32)
            (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))"#;
    let instance = guest(&mut store, &memory, text).unwrap();
    for _ in 0..2 * vellum::WAITERS {
        let mut call = pin!(run(&mut store, instance, 0));
        for _ in 0..3 {
            let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending());
        }
    }
    assert_eq!(memory.atomic_notify(0, 1).unwrap(), 0);
}

#[test]
fn a_call_dropped_under_the_lock_leaves_nothing_behind() {
    let engine = Engine::new(config().max_threads(1).platform(&ONE_CORE)).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    let spawn = |mut caller: Caller<'_, ()>| caller.spawn((), 0);
    linker.func_wrap("env", "spawn", spawn).unwrap();
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (import "env" "spawn" (func $spawn (result i32)))
        (func $wait (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
        (func (export "wasi_thread_start") (param i32 i32) (call $wait))
        (func (export "run") (param i32) (drop (call $spawn)) (call $wait)))"#;
    let module = vellum::Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    for _ in 0..2 * vellum::WAITERS {
        let mut call = Box::pin(run(&mut store, instance, 0));
        for _ in 0..5 {
            let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending());
        }
        memory.with(|_bytes| drop(call)).unwrap();
    }
    assert_eq!(memory.atomic_notify(0, 9).unwrap(), 0);
}

#[test]
fn a_store_without_threads_does_all_at_once() {
    let engine = Engine::new(config().threads(false)).unwrap();
    let mut store = Store::new(&engine, ());
    let text = r#"(module (func (export "run") (param i32)))"#;
    let module = vellum::Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    assert!(execute(&mut [pin!(run(&mut store, instance, 0))]).iter().all(Option::is_none));
}

#[test]
fn calls_back_into_a_guest_do_not_make_its_slice_longer() {
    let engine = engine(50, false);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    let back = |mut caller: Caller<'_, ()>| {
        let nothing = caller.get_export("nothing").and_then(vellum::Extern::into_func);
        nothing.expect("it is exported").call(&mut caller, &[], &mut [])
    };
    linker.func_wrap("env", "back", back).unwrap();
    let text = r#"(module (import "env" "memory" (memory 1 2 shared)) (import "env" "back" (func $back))
        (func (export "nothing"))
        (func (export "run") (param i32) (loop $for_ever (call $back) (br $for_ever))))"#;
    let module = vellum::Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let mut call = pin!(run(&mut store, instance, 0));
    for _ in 0..100 {
        let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    }
}
