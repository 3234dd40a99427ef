//! Guests that sleep, wait for a notification, or for a host function: the stop comes while the call is
//! idle, or just before.

use crate::setup::{Handler, config, interrupted, store};
use std::{
    cell::RefCell,
    future::{pending, poll_fn},
    task::Poll,
};
use vellum::{
    Caller, Config, Context, Engine, Instance, InterruptHandle, Linker, MemoryType, Module,
    Nanoseconds, Platform, SharedMemory, Store, WAITERS,
};

thread_local! {
    /// What is interrupted when this thread is idle next.
    static WHEN_IDLE: RefCell<Option<InterruptHandle>> = const { RefCell::new(None) };
}

/// A machine on which an interrupt comes when it is idle.
static MACHINE: Platform = Platform::new(|| Context::thread(0, 1))
    .with_clock(|| Nanoseconds(1))
    .with_idle(|| WHEN_IDLE.with_borrow_mut(|handle| handle.take().unwrap().interrupt()), || ());

/// When the stop comes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    Idle,
    /// Between the host function and the sleep.
    Before,
}

const WAITS: &str = r#"(module
    (import "env" "memory" (memory 1 1 shared))
    (import "host" "interrupt" (func $interrupt))
    (import "host" "sleep" (func $sleep))
    (import "host" "never" (func $never))
    (func (export "wait") (param i32)
        (if (local.get 0) (then (call $interrupt)))
        (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
    (func (export "sleep") (param i32)
        (if (local.get 0) (then (call $interrupt)))
        (call $sleep))
    (func (export "never") (param i32) (call $never)))"#;

fn threads() -> Config {
    let mut config = config();
    config.threads(true).platform(&MACHINE);
    config
}

fn memory(engine: &Engine) -> SharedMemory {
    SharedMemory::new(engine, MemoryType::shared(1, 1)).expect("there are pages")
}

fn sleeper(linker: &mut Linker<Handler>) {
    let sleep = |mut caller: Caller<'_, Handler>| Err::<(), _>(caller.sleep(pending::<()>()));
    linker.func_wrap("host", "sleep", sleep).unwrap();
    let never = |caller: Caller<'_, Handler>, ()| {
        // The interrupt comes while the future is polled.
        let handler = caller.data().clone();
        let never = poll_fn(move |_| {
            handler.interrupt();
            Poll::<()>::Pending
        });
        Box::new(never) as Box<dyn Future<Output = ()> + Send>
    };
    linker.func_wrap_async("host", "never", never).unwrap();
}

fn guest(engine: &Engine, memory: &SharedMemory) -> (Store<Handler>, Instance) {
    let (mut store, mut linker) = store(engine);
    sleeper(&mut linker);
    let memory_engine = memory.engine();
    let memory = memory.as_memory(&mut store).unwrap();
    linker.define("env", "memory", memory).unwrap();
    let locked: &[u32] = if Engine::same(memory_engine, engine) { &[] } else { &[0] };
    let module = Module::with_locked(engine, wat::parse_str(WAITS).unwrap(), locked).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    (store, instance)
}

/// Stops a function of the guest, more often than there are places in the queue of waits.
fn stop(engine: &Engine, memory: &SharedMemory, name: &str) {
    let (mut store, instance) = guest(engine, memory);
    let run = instance.get_typed_func::<i32, ()>(&store, name).unwrap();
    for when in [When::Idle, When::Before] {
        for _ in 0..2 * WAITERS {
            let handle = store.interrupt_handle().unwrap();
            WHEN_IDLE.set((when == When::Idle).then_some(handle));
            let stopped = run.call(&mut store, (when == When::Before).into());
            interrupted(&mut store, stopped);
        }
    }
    // Nobody waits any more.
    assert_eq!(memory.atomic_notify(0, u32::MAX).unwrap(), 0);
}

#[test]
fn sleeps_and_waits_are_stopped() {
    let engine = Engine::new(&threads()).unwrap();
    let memory = memory(&engine);
    for name in ["sleep", "wait", "never"] {
        stop(&engine, &memory, name);
    }
}

#[test]
fn waits_in_a_memory_of_another_engine_are_stopped() {
    let owner = Engine::new(&threads()).unwrap();
    let memory = memory(&owner);
    stop(&Engine::new(&threads()).unwrap(), &memory, "wait");
    // Without threads of its own.
    stop(&Engine::new(config().platform(&MACHINE)).unwrap(), &memory, "wait");
}
