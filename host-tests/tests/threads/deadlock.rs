//! Waits that nothing can end.

use crate::setup::{config, engine, guest, memory};
use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::{Context, Poll, Wake, Waker},
    thread,
    time::Duration,
};
use vellum::{ConfigError, Engine, Error, Platform, Store, WaitResult};

const WAITS: &str = r#"(module (import "env" "memory" (memory 1 2 shared))
    (func (export "wait") (param i64) (result i32)
        (memory.atomic.wait32 (i32.const 0) (i32.const 0) (local.get 0))))"#;

#[test]
fn waiting_for_nobody_is_a_deadlock() {
    let engine = engine(100);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let instance = guest(&mut store, &memory, WAITS).unwrap();
    let wait = instance.get_typed_func::<i64, i32>(&store, "wait").unwrap();
    drop(memory);
    assert!(matches!(wait.call(&mut store, -1), Err(Error::Deadlock)));
    assert_eq!(wait.call(&mut store, 1_000_000).unwrap(), WaitResult::TimedOut as i32);
    // The wait that was given up left its place.
    for _ in 0..2 * vellum::WAITERS {
        assert!(matches!(wait.call(&mut store, -1), Err(Error::Deadlock)));
    }
}

#[test]
fn one_core_waits_for_nobody() {
    static ONE: Platform = Platform::ONE_CORE;
    let engine = Engine::new(config().platform(&ONE)).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let instance = guest(&mut store, &memory, WAITS).unwrap();
    let wait = instance.get_typed_func::<i64, i32>(&store, "wait").unwrap();
    assert!(matches!(wait.call(&mut store, -1), Err(Error::Deadlock)));
    assert!(matches!(memory.atomic_wait32(0, 0, None), Err(Error::Deadlock)));
    // Without a clock there are no time limits.
    assert!(matches!(wait.call(&mut store, 1), Err(Error::Config(ConfigError::Clock))));
}

#[test]
fn all_who_wait_for_each_other_are_in_a_deadlock() {
    let engine = engine(100);
    let memory = memory(&engine);
    let results = thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (engine, memory) = (&engine, memory.clone());
                scope.spawn(move || {
                    let mut store = Store::new(engine, ());
                    let instance = guest(&mut store, &memory, WAITS).unwrap();
                    drop(memory);
                    let wait = instance.get_typed_func::<i64, i32>(&store, "wait").unwrap();
                    wait.call(&mut store, -1)
                })
            })
            .collect();
        drop(memory);
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    for result in results {
        assert!(matches!(result, Err(Error::Deadlock)), "{result:?}");
    }
}

#[test]
fn whoever_holds_the_memory_can_end_a_wait() {
    let engine = engine(100);
    let memory = memory(&engine);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut store = Store::new(&engine, ());
            let instance = guest(&mut store, &memory, WAITS).unwrap();
            let wait = instance.get_typed_func::<i64, i32>(&store, "wait").unwrap();
            wait.call(&mut store, -1)
        });
        while memory.atomic_notify(0, 1).unwrap() == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(waiting.join().unwrap().unwrap(), WaitResult::Ok as i32);
    });
}

#[test]
fn a_call_that_blocks_is_told_when_the_last_one_who_could_notify_goes() {
    static IS_SIGNALLED: Mutex<bool> = Mutex::new(false);
    static SIGNAL: Condvar = Condvar::new();
    static IS_ASLEEP: AtomicBool = AtomicBool::new(false);
    // Nothing but a signal ends its sleep.
    static SLEEPER: Platform = Platform::new(|| Platform::STD.context()).with_idle(
        || {
            let guard = IS_SIGNALLED.lock().unwrap();
            IS_ASLEEP.store(true, Ordering::Release);
            *SIGNAL.wait_while(guard, |is_signalled| !*is_signalled).unwrap() = false;
        },
        || {
            *IS_SIGNALLED.lock().unwrap() = true;
            SIGNAL.notify_all();
        },
    );
    let engine = Engine::new(config().platform(&SLEEPER)).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let instance = guest(&mut store, &memory, WAITS).unwrap();
    let wait = instance.get_typed_func::<i64, i32>(&store, "wait").unwrap();
    let (sender, results) = mpsc::channel();
    let waiting = thread::spawn(move || sender.send(wait.call(&mut store, -1)).unwrap());
    while !IS_ASLEEP.load(Ordering::Acquire) {
        thread::yield_now();
    }
    let clone = memory.clone();
    drop(memory);
    assert!(results.recv_timeout(Duration::from_millis(10)).is_err());
    drop(clone);
    let result = results.recv_timeout(Duration::from_secs(20)).expect("it is told");
    assert!(matches!(result, Err(Error::Deadlock)), "{result:?}");
    waiting.join().unwrap();
}

#[test]
fn a_future_is_told_when_the_last_one_who_could_notify_goes() {
    #[derive(Default)]
    struct Flag(AtomicBool);
    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let engine = engine(100);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let instance = guest(&mut store, &memory, WAITS).unwrap();
    let other = Store::new(&engine, ());
    let wait = instance.get_typed_func::<i64, i32>(&store, "wait").unwrap();
    let mut call = pin!(wait.call_async(&mut store, -1));
    let flag = Arc::new(Flag::default());
    let waker = Waker::from(Arc::clone(&flag));
    for _ in 0..3 {
        assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    drop(other);
    assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    flag.0.store(false, Ordering::Relaxed);
    drop(memory);
    assert!(flag.0.load(Ordering::Relaxed), "it is woken");
    let polled = call.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(matches!(polled, Poll::Ready(Err(Error::Deadlock))));
}
