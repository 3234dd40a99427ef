//! Guests with a heap and a native stack of their own.

use crate::setup::{TICKING, call, config, engine, guest, interrupted};
use std::{
    alloc::System,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};
use vellum::{Config, Engine, Error, Heap, Nanoseconds, StaticBuffer};

#[global_allocator]
static HEAP: Heap<System> = Heap::new(System);

/// Bytes of the native stack: code that is not optimised takes much.
const STACK: usize = 1024 * 1024;

type Buffer = StaticBuffer<[u8; 2 * 1024 * 1024]>;

const TEXT: &str = r#"(module
    (import "host" "interrupt" (func $interrupt))
    (memory 32 32)
    (func (export "loop") (call $interrupt) (loop (br 0)))
    (func (export "spin") (loop (br 0)))
    (func (export "fill")
        (call $interrupt)
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x200000)))
    (func (export "nop")))"#;

fn contained(buffer: &'static Buffer) -> Config {
    let mut config = config();
    config.compartment(buffer, STACK);
    config
}

#[test]
fn guests_in_a_compartment_are_stopped_and_leave_nothing() {
    static BUFFER: Buffer = Buffer::new();
    let mut used = Vec::new();
    for _ in 0..20 {
        let engine = Engine::new(&contained(&BUFFER)).unwrap();
        let (mut store, instance) = guest(&engine, TEXT);
        let in_use = || engine.compartment_stats().unwrap().heap.used;
        call(&mut store, &instance, "nop").unwrap();
        let before = in_use();
        for _ in 0..20 {
            for name in ["loop", "fill"] {
                let stopped = call(&mut store, &instance, name);
                interrupted(&mut store, stopped);
                let func = instance.get_func(&store, name).unwrap();
                let stopped = func.call(&mut store, &[], &mut []);
                interrupted(&mut store, stopped);
            }
            call(&mut store, &instance, "nop").unwrap();
        }
        assert_eq!(in_use(), before);
        used.push(before);
    }
    assert!(used.iter().all(|bytes| *bytes == used[0]), "{used:?}");
}

#[test]
fn their_deadlines_are_looked_at_outside() {
    static BUFFER: Buffer = Buffer::new();
    let engine = Engine::new(&contained(&BUFFER)).unwrap();
    let (mut store, instance) = guest(&engine, TEXT);
    let now = TICKING.now().unwrap();
    store.set_deadline(Some(Nanoseconds(now.0 + 20))).unwrap();
    let stopped = call(&mut store, &instance, "spin");
    assert!(matches!(stopped, Err(Error::DeadlineExceeded)), "{stopped:?}");
}

#[test]
fn other_engines_go_on_meanwhile() {
    static BUFFER: Buffer = Buffer::new();
    let contained = Engine::new(&contained(&BUFFER)).unwrap();
    let ((mut one, first), (mut other, second)) = (guest(&contained, TEXT), guest(&engine(), TEXT));
    let stopped = call(&mut one, &first, "loop");
    call(&mut other, &second, "nop").unwrap();
    interrupted(&mut one, stopped);
    call(&mut one, &first, "nop").unwrap();
}

#[test]
fn their_futures_give_way_and_are_stopped() {
    static BUFFER: Buffer = Buffer::new();
    let engine = Engine::new(&contained(&BUFFER)).unwrap();
    let (mut store, instance) = guest(&engine, TEXT);
    call(&mut store, &instance, "nop").unwrap();
    let in_use = || engine.compartment_stats().unwrap().heap.used;
    let (before, handle) = (in_use(), store.interrupt_handle().unwrap());
    let spin = instance.get_typed_func::<(), ()>(&store, "spin").unwrap();
    let context = &mut Context::from_waker(Waker::noop());
    for round in 0..20 {
        let stopped = {
            let mut spinning = pin!(spin.call_async(&mut store, ()));
            for _ in 0..10 {
                assert!(spinning.as_mut().poll(context).is_pending());
            }
            if round % 2 == 0 {
                continue;
            }
            handle.interrupt();
            let Poll::Ready(stopped) = spinning.poll(context) else { panic!("it goes on") };
            stopped
        };
        interrupted(&mut store, stopped);
        call(&mut store, &instance, "nop").unwrap();
    }
    assert_eq!(in_use(), before);
}
