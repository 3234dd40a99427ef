//! One counter, several threads of the operating system, each with a store of its own.

use crate::setup::{built_guest, engine, memory};
use std::thread;
use vellum::{Engine, SharedMemory, Store};
use vellum_scenarios::parallel::counting::{COUNT, LOCK, TURNS};

const TIMES: i32 = 100_000;

/// Calls `run` of a guest with the number of its thread and `times`, on two threads.
fn on_two_threads(engine: &Engine, memory: &SharedMemory, module: &[u8], times: i32) {
    thread::scope(|scope| {
        for number in 0..2 {
            scope.spawn(move || {
                let mut store = Store::new(engine, ());
                let instance = built_guest(&mut store, memory, module).unwrap();
                let run = instance.get_typed_func::<(i32, i32), ()>(&store, "run").unwrap();
                run.call(&mut store, (number, times)).unwrap();
            });
        }
    });
}

#[test]
fn an_atomic_counter_is_exact() {
    for slice in [1, 13, 1000] {
        let engine = engine(slice);
        let memory = memory(&engine);
        on_two_threads(&engine, &memory, COUNT, TIMES);
        assert_eq!(memory.atomic_load::<i32>(8).unwrap(), 2 * TIMES, "slice {slice}");
    }
}

#[test]
fn a_plain_counter_under_a_lock_of_the_guests_is_exact() {
    for slice in [7, 100] {
        let engine = engine(slice);
        let memory = memory(&engine);
        on_two_threads(&engine, &memory, LOCK, TIMES);
        assert_eq!(memory.read_value::<i32>(8).unwrap(), 2 * TIMES, "slice {slice}");
    }
}

#[test]
fn without_the_lock_a_plain_counter_loses_counts() {
    let engine = engine(1);
    let memory = memory(&engine);
    let module = wat::parse_str(
        r#"(module (import "env" "memory" (memory 1 2 shared))
            (func $same (param i32) (result i32) (local.get 0))
            (func (export "run") (param i32 i32)
                (loop $next
                    (i32.store (i32.const 8)
                        (call $same (i32.add (i32.load (i32.const 8)) (i32.const 1))))
                    (br_if $next (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))))"#,
    );
    on_two_threads(&engine, &memory, &module.unwrap(), TIMES);
    assert!(memory.read_value::<i32>(8).unwrap() < 2 * TIMES);
}

#[test]
fn ping_pong_takes_turns() {
    let engine = engine(50);
    let memory = memory(&engine);
    on_two_threads(&engine, &memory, TURNS, TIMES);
    assert_eq!(memory.read_value::<i32>(8).unwrap(), 2 * TIMES);
}
