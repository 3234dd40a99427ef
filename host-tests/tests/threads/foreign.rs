//! Engines with threads that reach each other's memories.

use crate::setup::{self, config, memory};
use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
    time::Duration,
};
use vellum::{
    Caller, Engine, Error, Extern, Instance, Linker, Mailbox, Module, PAGE_SIZE, Platform,
    SharedMemory, Store, Trap, WaitResult,
};

/// Instantiates a text whose memory 0 is `env.own` and whose memory 1 is `env.other`, by locked access.
fn guest(store: &mut Store<()>, own: &SharedMemory, other: &SharedMemory, text: &str) -> Instance {
    let engine = store.engine().clone();
    let module = Module::with_locked(&engine, wat::parse_str(text).unwrap(), &[1]).unwrap();
    let mut linker = Linker::new(&engine);
    linker.define("env", "own", own.as_memory(&mut *store).unwrap()).unwrap();
    linker.define("env", "other", other.as_memory(&mut *store).unwrap()).unwrap();
    let back = |mut caller: Caller<'_, ()>, name: i32| {
        let name = if name == 0 { "run" } else { "wait" };
        let export = caller.get_export(name).and_then(Extern::into_func);
        let function = export.expect("it is exported").typed::<i32, i32>(&caller)?;
        function.call(&mut caller, 10)
    };
    linker.func_wrap("env", "back", back).unwrap();
    linker.instantiate(store, &module).unwrap()
}

const BOTH: &str = r#"(module
    (import "env" "own" (memory $own 1 2 shared)) (import "env" "other" (memory $other 1 2 shared))
    (import "env" "back" (func $back (param i32) (result i32)))
    (data $letters "abcdefgh")
    (func (export "run") (param $times i32) (result i32)
        (loop $next
            (drop (i32.atomic.rmw.add $own (i32.const 8) (i32.const 1)))
            (drop (i32.atomic.rmw.add $other (i32.const 8) (i32.const 1)))
            (memory.copy $own $other (i32.const 4096) (i32.const 8192) (i32.const 64))
            (memory.copy $other $own (i32.const 12288) (i32.const 0) (i32.const 64))
            (memory.copy $other $other (i32.const 20480) (i32.const 12288) (i32.const 64))
            (memory.fill $other (i32.const 16384) (i32.const 7) (i32.const 64))
            (memory.init $other $letters (i32.const 16400) (i32.const 0) (i32.const 8))
            (drop (memory.atomic.notify $other (i32.const 128) (i32.const 1)))
            (drop (memory.size $other))
            (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
        (i32.load8_u $other offset=16400 (i32.const 3)))
    (func (export "wait") (param $expected i32) (result i32)
        (memory.atomic.wait32 $other (i32.const 128) (local.get $expected) (i64.const -1)))
    (func (export "wait for") (param $time i64) (result i32)
        (memory.atomic.wait64 $other (i32.const 128) (i64.const 0) (local.get $time)))
    (func (export "grow") (param i32) (result i32) (memory.grow $other (local.get 0)))
    (func (export "load") (param i32) (result i32) (i32.load $other (local.get 0)))
    (func (export "nested") (param i32) (result i32) (call $back (local.get 0))))"#;

#[test]
fn two_worlds_that_lock_each_other_count_exactly() {
    const TIMES: i32 = 100;
    for slice in [1, 100, 10_000] {
        let engines = [setup::engine(slice), setup::engine(slice)];
        let memories = [memory(&engines[0]), memory(&engines[1])];
        thread::scope(|scope| {
            for (number, engine) in engines.iter().enumerate() {
                for _ in 0..2 {
                    let memories = &memories;
                    scope.spawn(move || {
                        let mut store = Store::new(engine, ());
                        let (own, other) = (&memories[number], &memories[1 - number]);
                        let instance = guest(&mut store, own, other, BOTH);
                        let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
                        // Another guest may have filled the block since.
                        let last = run.call(&mut store, TIMES).unwrap();
                        assert!([7, i32::from(b'd')].contains(&last), "{last}");
                    });
                }
            }
        });
        for memory in &memories {
            assert_eq!(memory.atomic_load::<i32>(8).unwrap(), 4 * TIMES, "slice {slice}");
            assert_eq!(memory.read_value::<[u8; 4]>(16_398).unwrap(), [7, 7, b'a', b'b']);
        }
    }
}

#[test]
fn a_guest_waits_in_the_memory_of_another_engine() {
    let engines = [setup::engine(100), setup::engine(100)];
    let memories = [memory(&engines[0]), memory(&engines[1])];
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut store = Store::new(&engines[0], ());
            let instance = guest(&mut store, &memories[0], &memories[1], BOTH);
            let wait = instance.get_typed_func::<i32, i32>(&store, "wait").unwrap();
            assert_eq!(wait.call(&mut store, 1).unwrap(), WaitResult::Mismatch as i32);
            assert_eq!(wait.call(&mut store, 0).unwrap(), WaitResult::Ok as i32);
            let wait = instance.get_typed_func::<i64, i32>(&store, "wait for").unwrap();
            assert_eq!(wait.call(&mut store, 1000).unwrap(), WaitResult::TimedOut as i32);
        });
        while memories[1].atomic_notify(128, 1).unwrap() == 0 {
            // The waiter's own world goes on.
            memories[0].atomic_store(0, 1_i32).unwrap();
            thread::sleep(Duration::from_millis(1));
        }
        waiting.join().unwrap();
    });
}

#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

static ONE_CORE: Platform = Platform::ONE_CORE;

fn one_core() -> Engine {
    Engine::new(config().platform(&ONE_CORE)).unwrap()
}

#[test]
fn a_future_is_woken_from_another_world_and_leaves_nothing_behind() {
    static MAILBOX: Mailbox<4> = Mailbox::new();
    let engines = [one_core(), one_core()];
    let memories = [memory(&engines[0]), memory(&engines[1])];
    let mut store = Store::new(&engines[0], ());
    let instance = guest(&mut store, &memories[0], &memories[1], BOTH);
    let wait = instance.get_typed_func::<i32, i32>(&store, "wait").unwrap();
    let flag = Arc::new(Flag::default());
    let waker = Waker::from(Arc::clone(&flag));
    for _ in 0..2 * vellum::WAITERS {
        let mut call = Box::pin(wait.call_async(&mut store, 0));
        for _ in 0..3 {
            assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        // The last one is given up under the lock of the other world.
        memories[1].with(|_bytes| drop(call)).unwrap();
    }
    assert_eq!(memories[1].atomic_notify(128, 9).unwrap(), 0);
    memories[1].attach(&MAILBOX).unwrap();
    let mut call = pin!(wait.call_async(&mut store, 0));
    for _ in 0..3 {
        flag.0.store(false, Ordering::Relaxed);
        assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    assert!(!flag.0.swap(false, Ordering::Relaxed));
    MAILBOX.notify(128, 1).unwrap();
    assert!(flag.0.swap(false, Ordering::Relaxed));
    let result = loop {
        if let Poll::Ready(result) = call.as_mut().poll(&mut Context::from_waker(&waker)) {
            break result;
        }
        assert!(flag.0.swap(false, Ordering::Relaxed));
    };
    assert_eq!(result.unwrap(), WaitResult::Ok as i32);
}

#[test]
fn a_call_that_blocks_alone_does_not_wait_for_another_world() {
    let engines = [one_core(), one_core()];
    let memories = [memory(&engines[0]), memory(&engines[1])];
    let mut store = Store::new(&engines[0], ());
    let instance = guest(&mut store, &memories[0], &memories[1], BOTH);
    let wait = instance.get_typed_func::<i32, i32>(&store, "wait").unwrap();
    for _ in 0..2 * vellum::WAITERS {
        assert!(matches!(wait.call(&mut store, 0), Err(Error::Deadlock)));
    }
}

#[test]
fn accesses_from_another_world_fail_as_native_ones_do() {
    let engines = [setup::engine(100), setup::engine(100)];
    let memories = [memory(&engines[0]), memory(&engines[1])];
    let mut store = Store::new(&engines[0], ());
    let instance = guest(&mut store, &memories[0], &memories[1], BOTH);
    let function =
        |store: &Store<()>, name| instance.get_typed_func::<i32, i32>(store, name).unwrap();
    let load = function(&store, "load");
    let error = load.call(&mut store, PAGE_SIZE as i32 - 3).unwrap_err();
    assert!(matches!(error, Error::Trap(Trap::MemoryOutOfBounds)), "{error}");
    let grow = function(&store, "grow");
    assert_eq!(grow.call(&mut store, 1).unwrap(), 1);
    assert_eq!(grow.call(&mut store, 1).unwrap(), -1);
    assert_eq!(memories[1].size().unwrap(), 2);
    // A call that can't be suspended reaches the other memory, but does not wait there.
    let nested = function(&store, "nested");
    assert_eq!(nested.call(&mut store, 0).unwrap(), i32::from(b'd'));
    let error = nested.call(&mut store, 1).map(drop);
    assert!(matches!(error, Err(Error::WouldDeadlock) | Ok(())), "{error:?}");
    memories[1].atomic_store(128, 10_i32).unwrap();
    assert!(matches!(nested.call(&mut store, 1), Err(Error::WouldDeadlock)));
}

#[test]
fn a_module_for_locked_access_takes_a_memory_of_its_own_world_too() {
    let engine = setup::engine(7);
    let memories = [memory(&engine), memory(&engine)];
    let mut store = Store::new(&engine, ());
    let instance = guest(&mut store, &memories[0], &memories[1], BOTH);
    let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
    assert_eq!(run.call(&mut store, 50).unwrap(), i32::from(b'd'));
    assert_eq!(memories[1].atomic_load::<i32>(8).unwrap(), 50);
}
