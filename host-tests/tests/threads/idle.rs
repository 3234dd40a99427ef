//! What a call that blocks does while its guest is suspended.

use crate::setup::{config, memory};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
    thread,
    time::{Duration, Instant},
};
use vellum::{Caller, Engine, Func, Instance, Linker, Module, Platform, Store, wasi};

#[test]
fn a_suspended_call_leaves_the_lock_alone_until_it_goes_on() {
    let engine = Engine::new(&config()).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let later = Func::wrap_async(&mut store, |_: Caller<'_, ()>, ()| {
        let mut polls = 0;
        Box::new(std::future::poll_fn(move |_| {
            polls += 1;
            if polls < 1000 { Poll::Pending } else { Poll::Ready(()) }
        }))
    });
    let before = memory.lock_stats().acquisitions;
    later.unwrap().call(&mut store, &[], &mut []).unwrap();
    let times = memory.lock_stats().acquisitions - before;
    assert!(times < 10, "{times}");
}

/// Drops a value where the future of a host function is dropped.
struct Uses(vellum::SharedMemory, std::sync::mpsc::Sender<bool>);

impl Drop for Uses {
    fn drop(&mut self) {
        self.1.send(self.0.atomic_load::<i32>(0).is_ok()).unwrap();
    }
}

#[test]
fn what_suspended_a_guest_is_dropped_without_the_lock() {
    let engine = Engine::new(&config()).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let (sender, dropped) = std::sync::mpsc::channel();
    let later = Func::wrap_async(&mut store, move |_: Caller<'_, ()>, ()| {
        let (uses, mut is_ready) = (Uses(memory.clone(), sender.clone()), false);
        Box::new(std::future::poll_fn(move |_| {
            let _ = &uses;
            if std::mem::replace(&mut is_ready, true) { Poll::Ready(()) } else { Poll::Pending }
        }))
    });
    later.unwrap().call(&mut store, &[], &mut []).unwrap();
    assert!(dropped.recv().unwrap());
}

#[derive(Clone)]
struct Host;

impl wasi::Wasi for Host {
    fn write(&mut self, _: wasi::Stream, _: &[u8]) -> Result<(), wasi::Errno> {
        Ok(())
    }
}

/// A guest that sleeps for 20 milliseconds of the monotonic clock.
fn sleeper(platform: &'static Platform) -> (Store<Host>, Instance) {
    let text = r#"(module
        (import "wasi_snapshot_preview1" "poll_oneoff"
            (func $poll (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1 1)
        (func (export "sleep") (result i32)
            (i32.store (i32.const 16) (i32.const 1))
            (i64.store (i32.const 24) (i64.const 20000000))
            (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))))"#;
    let engine = Engine::new(config().platform(platform)).unwrap();
    let mut store = Store::new(&engine, Host);
    let mut linker = Linker::new(&engine);
    wasi::add_to_linker(&mut linker).unwrap();
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    (store, instance)
}

#[test]
fn a_guest_that_can_not_sleep_is_told_of_no_event() {
    static ONE: Platform = Platform::ONE_CORE;
    let (mut store, instance) = sleeper(&ONE);
    let sleep = instance.get_typed_func::<(), i32>(&store, "sleep").unwrap();
    assert_eq!(sleep.call(&mut store, ()).unwrap(), wasi::Errno::NotSup as i32);
    let memory = instance.get_memory(&store, "memory").unwrap();
    assert_eq!(memory.read_value::<u32>(&store, 128).unwrap(), 0);
}

#[test]
fn a_guest_that_sleeps_leaves_the_core_idle() {
    static TIMES: AtomicUsize = AtomicUsize::new(0);
    const MOMENT: Duration = Duration::from_millis(1);
    static SLEEPY: Platform = Platform::new(|| Platform::STD.context())
        .with_clock(|| Platform::STD.now().unwrap_or_default())
        .with_idle(
            || {
                TIMES.fetch_add(1, Ordering::Relaxed);
                thread::sleep(MOMENT);
            },
            || {},
        );
    let (mut store, instance) = sleeper(&SLEEPY);
    let sleep = instance.get_typed_func::<(), i32>(&store, "sleep").unwrap();
    let began = Instant::now();
    assert_eq!(sleep.call(&mut store, ()).unwrap(), 0);
    assert!(began.elapsed() >= 20 * MOMENT);
    let times = TIMES.load(Ordering::Relaxed);
    assert!((1..=25).contains(&times), "{times}");
}
