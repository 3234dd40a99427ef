//! Whom a mailbox wakes.

use crate::polling::{Wakes, poll};
use crate::setup::{config, guest, memory};
use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    thread,
    time::Duration,
};
use vellum::{Engine, Instance, Linker, Mailbox, Module, Platform, SharedMemory, Store};

static ONE: Platform = Platform::ONE_CORE;

const WAITS: &str = r#"(module (import "env" "memory" (memory 1 2 shared))
    (func (export "wait") (param i32 i64) (result i32)
        (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1))))"#;

fn rest<F: Future>(call: &mut Pin<&mut F>, wakes: &Arc<Wakes>) {
    for _ in 0..4 {
        assert!(poll(call, wakes).is_pending());
    }
    wakes.take();
}

/// A call that waits for byte 8 is woken once by the handler's message, and ends.
fn assert_ends<F: Future>(call: &mut Pin<&mut F>, wakes: &Arc<Wakes>, mailbox: &Mailbox<4>) {
    assert!(poll(call, wakes).is_pending());
    mailbox.notify(8, 1).unwrap();
    assert_eq!(wakes.take(), 1);
    while poll(call, wakes).is_pending() {
        assert_ne!(wakes.take(), 0);
    }
}

/// A guest that waits in the memory of another world.
fn foreign(store: &mut Store<()>, memory: &SharedMemory) -> Instance {
    let engine = store.engine().clone();
    let module = Module::with_locked(&engine, wat::parse_str(WAITS).unwrap(), &[0]).unwrap();
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.as_memory(&mut *store).unwrap()).unwrap();
    linker.instantiate(store, &module).unwrap()
}

#[test]
fn a_mailbox_that_is_attached_later_wakes_those_who_wait_already() {
    static MAILBOX: Mailbox<4> = Mailbox::new();
    let engine = Engine::new(config().platform(&ONE)).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let instance = guest(&mut store, &memory, WAITS).unwrap();
    let wait = instance.get_typed_func::<(i32, i64), i32>(&store, "wait").unwrap();
    let wakes = Arc::new(Wakes::default());
    let mut call = pin!(wait.call_async(&mut store, (8, -1)));
    rest(&mut call, &wakes);
    memory.attach(&MAILBOX).unwrap();
    assert_eq!(wakes.take(), 1, "to register with the mailbox");
    assert_ends(&mut call, &wakes, &MAILBOX);
}

#[test]
fn a_foreign_wait_that_has_ended_gives_the_mailbox_back() {
    static MAILBOX: Mailbox<4> = Mailbox::new();
    let engines = [(); 2].map(|()| Engine::new(config().platform(&ONE)).unwrap());
    let memory = memory(&engines[1]);
    memory.attach(&MAILBOX).unwrap();
    let mut store = Store::new(&engines[1], ());
    let instance = guest(&mut store, &memory, WAITS).unwrap();
    let wait = instance.get_typed_func::<(i32, i64), i32>(&store, "wait").unwrap();
    let wakes = Arc::new(Wakes::default());
    let mut call = pin!(wait.call_async(&mut store, (8, -1)));
    rest(&mut call, &wakes);
    let mut other = Store::new(&engines[0], ());
    let instance = foreign(&mut other, &memory);
    let elsewhere = instance.get_typed_func::<(i32, i64), i32>(&other, "wait").unwrap();
    {
        let others = Arc::new(Wakes::default());
        let mut call = pin!(elsewhere.call_async(&mut other, (16, -1)));
        rest(&mut call, &others);
        MAILBOX.notify(16, 1).unwrap();
        while poll(&mut call, &others).is_pending() {
            assert_ne!(others.take(), 0);
        }
    }
    assert_eq!(wakes.take(), 1, "to register again");
    assert_ends(&mut call, &wakes, &MAILBOX);
}

#[test]
fn a_foreign_wait_that_blocks_takes_the_mailbox_from_nobody() {
    static THREADS: Platform = Platform::STD;
    static MAILBOX: Mailbox<4> = Mailbox::new();
    let engines = [(); 2].map(|()| Engine::new(config().platform(&THREADS)).unwrap());
    let memory = memory(&engines[1]);
    memory.attach(&MAILBOX).unwrap();
    let mut store = Store::new(&engines[1], ());
    let instance = guest(&mut store, &memory, WAITS).unwrap();
    let wait = instance.get_typed_func::<(i32, i64), i32>(&store, "wait").unwrap();
    let wakes = Arc::new(Wakes::default());
    let mut call = pin!(wait.call_async(&mut store, (8, -1)));
    rest(&mut call, &wakes);
    thread::scope(|scope| {
        let blocked = scope.spawn(|| {
            let mut other = Store::new(&engines[0], ());
            let instance = foreign(&mut other, &memory);
            let wait = instance.get_typed_func::<(i32, i64), i32>(&other, "wait").unwrap();
            wait.call(&mut other, (16, -1)).unwrap()
        });
        thread::sleep(Duration::from_millis(20));
        MAILBOX.notify(8, 1).unwrap();
        // The other thread may be about to handle the message.
        while wakes.take() == 0 {
            thread::yield_now();
        }
        while poll(&mut call, &wakes).is_pending() {
            thread::yield_now();
        }
        while memory.atomic_notify(16, 1).unwrap() == 0 {
            thread::yield_now();
        }
        assert_eq!(blocked.join().unwrap(), 0);
    });
}
