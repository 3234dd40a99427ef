//! The interpreter's pitfalls when it runs in slices, and the limits of hostile guests.

use crate::setup::{config, engine, guest, memory};
use std::time::{Duration, Instant};
use vellum::{ConfigError, Engine, Error, Limit, Platform, Store, StoreLimits, Trap, WaitResult};

#[test]
fn growing_tables_and_bulk_operations_survive_any_slice() {
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (table $table 1 1000 funcref) (data $data "abcdefghij")
        (func (export "run") (result i32) (local $grown i32) (local $sum i32) (local $i i32)
            (loop $next
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (local.set $sum (i32.add (local.get $sum)
                    (table.grow $table (ref.null func) (i32.const 50))))
                (memory.fill (i32.const 1000) (local.get $i) (i32.const 5000))
                (memory.copy (i32.const 9000) (i32.const 1000) (i32.const 5000))
                (memory.init $data (i32.const 20000) (i32.const 2) (i32.const 4))
                (table.fill $table (i32.const 0) (ref.null func) (i32.const 50))
                (br_if $next (i32.lt_u (local.get $i) (i32.const 10))))
            (i32.add (i32.mul (local.get $sum) (i32.const 1000))
                (i32.add (table.size $table)
                    (i32.add (i32.load8_u (i32.const 13999)) (i32.load8_u (i32.const 20003)))))))"#;
    // 1 + 51 + 101 + ...; the size; the last fill; the letter f.
    let expected = (1..=10).map(|n| 1 + 50 * (n - 1)).sum::<i32>() * 1000 + 501 + 10 + 102;
    for slice in [1, 2, 3, 17, 64, 100, 1000, 1_000_000] {
        let engine = engine(slice);
        let memory = memory(&engine);
        let mut store = Store::new(&engine, ());
        let instance = guest(&mut store, &memory, text).unwrap();
        let run = instance.get_typed_func::<(), i32>(&store, "run").unwrap();
        assert_eq!(run.call(&mut store, ()).unwrap(), expected, "slice {slice}");
    }
}

#[test]
fn a_slice_needs_fuel() {
    assert!(matches!(Engine::new(config().slice(0)), Err(Error::Config(ConfigError::Slice))));
}

#[test]
fn traps_of_atomic_instructions() {
    let engine = engine(100);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let text = r#"(module (import "env" "memory" (memory 1 2 shared)) (memory $own 1 1)
        (func (export "load") (param i32) (drop (i32.atomic.load (local.get 0))))
        (func (export "notify") (param i32)
            (drop (memory.atomic.notify (local.get 0) (i32.const 1))))
        (func (export "wait") (param i32)
            (drop (memory.atomic.wait32 $own (local.get 0) (i32.const 0) (i64.const 0))))
        (func (export "wait for another value") (param i32)
            (drop (memory.atomic.wait32 $own (local.get 0) (i32.const 1) (i64.const 0)))))"#;
    let instance = guest(&mut store, &memory, text).unwrap();
    for (name, address, expected) in [
        ("load", 2, Trap::UnalignedAtomic),
        ("load", 65_536, Trap::MemoryOutOfBounds),
        ("notify", 3, Trap::UnalignedAtomic),
        ("notify", -4, Trap::MemoryOutOfBounds),
        ("wait", 0, Trap::ExpectedSharedMemory),
        ("wait", 1, Trap::UnalignedAtomic),
        ("wait for another value", 0, Trap::ExpectedSharedMemory),
        ("wait for another value", 2, Trap::UnalignedAtomic),
        ("wait for another value", 65_536, Trap::MemoryOutOfBounds),
    ] {
        let call = instance.get_typed_func::<i32, ()>(&store, name).unwrap();
        let error = call.call(&mut store, address).unwrap_err();
        assert!(matches!(&error, Error::Trap(trap) if *trap == expected), "{name}: {error}");
    }
}

#[test]
fn limits_are_counted_for_each_store() {
    let engine = engine(100);
    let memory = memory(&engine);
    let limits = StoreLimits { instances: 2, ..StoreLimits::default() };
    for _ in 0..3 {
        let mut store = Store::new(&engine, ());
        store.set_limits(limits);
        for _ in 0..2 {
            guest(&mut store, &memory, "(module)").unwrap();
        }
        let Err(Error::LimitExceeded(exceeded)) = guest(&mut store, &memory, "(module)") else {
            panic!("there is a limit");
        };
        assert_eq!(exceeded.limit, Limit::Instances);
    }
}

#[test]
fn stores_of_one_world_keep_their_handles_apart() {
    let engine = engine(100);
    let memory = memory(&engine);
    let (mut a, mut b) = (Store::new(&engine, 1_u8), Store::new(&engine, "b"));
    let text = r#"(module (func (export "run")))"#;
    let instance = guest(&mut a, &memory, text).unwrap();
    let run = instance.get_typed_func::<(), ()>(&a, "run").unwrap();
    assert!(matches!(run.call(&mut b, ()), Err(Error::WrongStore)));
    assert!(matches!(instance.get_func(&b, "run"), Err(Error::WrongStore)));
    run.call(&mut a, ()).unwrap();
    assert_eq!((*a.data(), *b.data()), (1, "b"));
}

#[test]
fn there_are_no_tail_calls_that_could_not_be_resumed() {
    let engine = engine(100);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let text = r#"(module (func $f) (func (export "run") (return_call $f)))"#;
    let error = guest(&mut store, &memory, text).unwrap_err();
    assert!(matches!(error, Error::InvalidModule { .. }), "{error}");
}

#[test]
fn there_is_a_limit_to_how_long_a_guest_waits() {
    static ONE: Platform = Platform::ONE_CORE;
    const LONGEST: Duration = Duration::from_millis(2);
    let engine = Engine::new(config().max_wait(LONGEST)).unwrap();
    let alone = Engine::new(config().threads(false).max_wait(LONGEST)).unwrap();
    let memory = memory(&engine);
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (func (export "wait") (param i64) (result i32)
            (memory.atomic.wait32 (i32.const 0) (i32.const 0) (local.get 0))))"#;
    for engine in [&engine, &alone] {
        let mut store = Store::new(engine, ());
        let instance = guest(&mut store, &memory, text).unwrap();
        let wait = instance.get_typed_func::<i64, i32>(&store, "wait").unwrap();
        for timeout in [-1, i64::MAX, 2_000_001] {
            let began = Instant::now();
            let Err(Error::LimitExceeded(exceeded)) = wait.call(&mut store, timeout) else {
                panic!("there is a limit");
            };
            assert_eq!((exceeded.limit, exceeded.maximum), (Limit::Wait, 2_000_000));
            assert!(began.elapsed() >= LONGEST);
        }
        for timeout in [0, 2_000_000] {
            let ended = wait.call(&mut store, timeout).unwrap();
            assert_eq!(ended, WaitResult::TimedOut as i32);
        }
    }
    // The host itself waits as long as it likes.
    let timeout = Some(3 * LONGEST);
    assert_eq!(memory.atomic_wait32(0, 0, timeout).unwrap(), WaitResult::TimedOut);
    let without_clock = Engine::new(config().platform(&ONE).max_wait(LONGEST));
    assert!(matches!(without_clock, Err(Error::Config(ConfigError::Clock))));
}
