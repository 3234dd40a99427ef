//! One memory, two programs: each on its own engine, by locked access.

use crate::setup::{self, config, memory};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};
use vellum::{
    AccessError, Config, ConfigError, Engine, Error, ExternType, Instance, MemoryType, Module,
    PAGE_SIZE, PagePool, Platform, SharedMemory, Store, Trap, WaitResult,
};
use vellum_prepare::{Options, prepare, prepare_to_vec};
use vellum_scenarios::parallel::counting::{COUNT, LOCK, TURNS};

/// An engine without threads.
fn alone() -> Engine {
    Engine::new(config().threads(false)).unwrap()
}

/// Counts to 100,000 on two threads, natively beside locked access and both by locked access.
fn count_on_two_engines(module: &[u8]) {
    const TIMES: i32 = 100_000;
    let owner = setup::engine(100);
    for engines in [[&owner, &alone()], [&alone(), &alone()]] {
        let memory = memory(&owner);
        thread::scope(|scope| {
            for (number, engine) in (0..).zip(engines) {
                let memory = &memory;
                scope.spawn(move || {
                    let mut store = Store::new(engine, ());
                    let instance = setup::built_guest(&mut store, memory, module).unwrap();
                    let run = instance.get_typed_func::<(i32, i32), ()>(&store, "run").unwrap();
                    run.call(&mut store, (number, TIMES)).unwrap();
                });
            }
        });
        assert_eq!(memory.atomic_load::<i32>(8).unwrap(), 2 * TIMES);
    }
}

#[test]
fn engines_count_exactly_natively_and_locked() {
    count_on_two_engines(COUNT);
}

#[test]
fn engines_count_exactly_under_a_lock_of_the_guests() {
    count_on_two_engines(LOCK);
}

#[test]
fn engines_count_exactly_in_turns() {
    count_on_two_engines(TURNS);
}

/// Every kind of access that reaches a locked memory, and its private neighbour.
const ACCESSES: &str = r#"(module
    (import "env" "memory" (memory $shared 1 2 shared)) (memory $own 1 1)
    (data $letters "abcdefgh") (data (memory $shared) (i32.const 200) "active")
    (func (export "plain") (result i32)
        (i32.store8 (i32.const 3) (i32.const -1))
        (i64.store offset=8 (i32.const 0) (i64.const -2))
        (f32.store (i32.const 16) (f32.const 1.5))
        (f64.store (i32.const 24) (f64.const -2.5))
        (i32.and
            (i32.and (i32.eq (i32.load8_s (i32.const 3)) (i32.const -1))
                     (i32.eq (i32.load8_u (i32.const 3)) (i32.const 255)))
            (i32.and (i64.eq (i64.load32_s (i32.const 8)) (i64.const -2))
                (i32.and (f32.eq (f32.load (i32.const 16)) (f32.const 1.5))
                         (f64.eq (f64.load (i32.const 24)) (f64.const -2.5))))))
    (func (export "narrow") (result i32)
        (i64.store (i32.const 32) (i64.const 0x0102030405060708))
        (drop (i64.atomic.rmw16.add_u (i32.const 32) (i64.const 0xffff)))
        (drop (i32.atomic.rmw8.cmpxchg_u (i32.const 35) (i32.const 0x105) (i32.const 9)))
        (drop (i32.atomic.rmw8.cmpxchg_u (i32.const 34) (i32.const 0x06) (i32.const 9)))
        (i64.eq (i64.atomic.load (i32.const 32)) (i64.const 0x0102030409090707)))
    (func (export "blocks") (result i32)
        (memory.fill $shared (i32.const 300) (i32.const 7) (i32.const 100))
        (memory.copy $own $shared (i32.const 10) (i32.const 310) (i32.const 50))
        (memory.init $shared $letters (i32.const 400) (i32.const 2) (i32.const 3))
        (memory.copy $shared $own (i32.const 403) (i32.const 58) (i32.const 3))
        (memory.copy $shared $shared (i32.const 402) (i32.const 400) (i32.const 5))
        (i64.eq (i64.load (i32.const 400)) (i64.const 0x0007076564636463)))
    (func (export "size") (result i32) (memory.size $shared))
    (func (export "grow") (param i32) (result i32) (memory.grow $shared (local.get 0)))
    (func (export "load") (param i32) (result i32) (i32.load offset=4 (local.get 0)))
    (func (export "atomic") (param i32) (result i32) (i32.atomic.load (local.get 0)))
    (func (export "init") (param i32) (result i32)
        (memory.init $shared $letters (local.get 0) (i32.const 0) (i32.const 8)) (i32.const 0))
    (func (export "wait") (param i32) (result i32)
        (memory.atomic.wait32 (i32.const 0) (local.get 0) (i64.const 1000))))"#;

fn call(store: &mut Store<()>, instance: Instance, name: &str, n: i32) -> Result<i32, Error> {
    instance.get_typed_func::<i32, i32>(&*store, name)?.call(store, n)
}

#[test]
fn every_access_goes_through_the_lock() {
    let memory = memory(&setup::engine(100));
    let mut store = Store::new(&alone(), ());
    let instance = setup::guest(&mut store, &memory, ACCESSES).unwrap();
    for name in ["plain", "narrow", "blocks"] {
        let check = instance.get_typed_func::<(), i32>(&store, name).unwrap();
        assert_eq!(check.call(&mut store, ()).unwrap(), 1, "{name}");
    }
    let mut active = [0; 6];
    memory.read(200, &mut active).unwrap();
    assert_eq!(&active, b"active");
    // The same as natively.
    let engine = setup::engine(5);
    let native = setup::memory(&engine);
    let mut store = Store::new(&engine, ());
    let instance = setup::guest(&mut store, &native, ACCESSES).unwrap();
    for name in ["plain", "narrow", "blocks"] {
        let check = instance.get_typed_func::<(), i32>(&store, name).unwrap();
        assert_eq!(check.call(&mut store, ()).unwrap(), 1, "{name}");
    }
    let bytes = |memory: &SharedMemory| memory.with(|bytes| bytes.to_vec()).unwrap();
    assert!(bytes(&memory) == bytes(&native));
}

#[test]
fn locked_accesses_fail_as_native_ones_do() {
    let memory = memory(&setup::engine(100));
    let mut store = Store::new(&alone(), ());
    let instance = setup::guest(&mut store, &memory, ACCESSES).unwrap();
    let end = PAGE_SIZE as i32;
    for (name, address, expected) in [
        ("load", end - 7, Trap::MemoryOutOfBounds),
        ("load", -4, Trap::MemoryOutOfBounds),
        ("atomic", end - 2, Trap::UnalignedAtomic),
        ("atomic", end, Trap::MemoryOutOfBounds),
        ("init", end - 7, Trap::MemoryOutOfBounds),
    ] {
        let error = call(&mut store, instance, name, address).unwrap_err();
        let same = matches!(&error, Error::Trap(trap) if *trap == expected);
        assert!(same, "{name} {address}: {error}");
    }
    assert_eq!(memory.read_value::<[u8; 7]>(PAGE_SIZE - 7).unwrap(), [0; 7]);
    assert_eq!(call(&mut store, instance, "load", end - 8).unwrap(), 0);
    assert_eq!(call(&mut store, instance, "wait", 1).unwrap(), WaitResult::Mismatch as i32);
    assert_eq!(call(&mut store, instance, "wait", 0).unwrap(), WaitResult::TimedOut as i32);
}

#[test]
fn growth_is_seen_on_both_sides() {
    let memory = memory(&setup::engine(100));
    let mut store = Store::new(&alone(), ());
    let view = memory.as_memory(&mut store).unwrap();
    let instance = setup::guest(&mut store, &memory, ACCESSES).unwrap();
    assert_eq!(call(&mut store, instance, "grow", 1).unwrap(), 1);
    assert_eq!(call(&mut store, instance, "grow", 1).unwrap(), -1);
    assert_eq!((memory.size().unwrap(), view.size(&store).unwrap()), (2, 2));
    view.write(&mut store, 2 * PAGE_SIZE - 1, &[9]).unwrap();
    assert_eq!(memory.read_value::<u8>(2 * PAGE_SIZE - 1).unwrap(), 9);
    let error = view.write(&mut store, 2 * PAGE_SIZE, &[9]).unwrap_err();
    assert!(matches!(error, Error::Access(AccessError::OutOfBounds { .. })), "{error}");
    assert!(matches!(view.data(&store), Err(Error::CannotBorrow)));
    assert_eq!(view.ty(&store).unwrap(), MemoryType::shared(1, 2));
}

#[test]
fn a_locked_memory_that_the_module_lacks_is_refused() {
    let text = r#"(module (import "env" "memory" (memory 1 2 shared)) (memory 1))"#;
    let bytes = wat::parse_str(text).unwrap();
    for engine in [setup::engine(100), alone()] {
        Module::with_locked(&engine, bytes.clone(), &[0]).unwrap();
        let error = Module::with_locked(&engine, bytes.clone(), &[0, 2]).unwrap_err();
        let expected = "configuration: Module::with_locked: the module has no memory 2";
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn linking_checks_types_of_locked_memories_too() {
    let memory = memory(&setup::engine(100));
    let mut store = Store::new(&alone(), ());
    for declared in ["1 1 shared", "2 2 shared"] {
        let text = format!(r#"(module (import "env" "memory" (memory {declared})))"#);
        let error = setup::guest(&mut store, &memory, &text).unwrap_err();
        assert!(matches!(error, Error::IncompatibleImport { .. }), "{declared}: {error}");
    }
    let defined = wat::parse_str("(module (memory 1 1 shared))").unwrap();
    assert!(matches!(Module::new(&alone(), defined), Err(Error::Config(ConfigError::Threads))));
}

#[test]
fn locked_memories_tell_what_they_are() {
    let memory = memory(&setup::engine(100));
    let engine = alone();
    let mut store = Store::new(&engine, ());
    let view = memory.as_memory(&mut store).unwrap();
    assert_eq!(view.capacity(&store).unwrap(), 2 * PAGE_SIZE);
    assert_eq!(memory.capacity().unwrap(), 2 * PAGE_SIZE);
    let text = r#"(module (memory $shared (import "env" "memory") 1 2 shared)
        (memory $own 1 2) (export "shared" (memory $shared)) (export "own" (memory $own)))"#;
    for engine in [&engine, &setup::engine(100)] {
        let module = Module::new(engine, wat::parse_str(text).unwrap()).unwrap();
        let ty = |name| module.exports().find(|export| export.name() == name).unwrap().ty().clone();
        assert_eq!(ty("shared"), ExternType::Memory(MemoryType::shared(1, 2)));
        assert_eq!(ty("own"), ExternType::Memory(MemoryType::new(1, Some(2))));
    }
    let instance = setup::guest(&mut store, &memory, text).unwrap();
    let shared = instance.get_memory(&store, "shared").unwrap();
    assert_eq!(shared.ty(&store).unwrap(), MemoryType::shared(1, 2));
    // A context that holds its lock already does not get its size.
    let refused = memory.with(|_bytes| setup::guest(&mut store, &memory, text)).unwrap();
    assert!(matches!(refused, Err(Error::WouldDeadlock)), "{refused:?}");
}

#[test]
fn modules_prepared_for_locked_access_load_without_a_copy() {
    let memory = memory(&setup::engine(100));
    let module = wat::parse_str(ACCESSES).unwrap();
    let options = Options::new().threads(true).locked(vec![0]);
    let prepared = prepare_to_vec(&module, &options).unwrap();
    let lowered = prepare(&prepared, &options).unwrap();
    assert_eq!(*lowered.code, prepared);
    let engine = alone();
    let mut store = Store::new(&engine, ());
    let module = Module::new(&engine, prepared).unwrap();
    let view = memory.as_memory(&mut store).unwrap();
    let instance = Instance::new(&mut store, &module, &[view.into()]).unwrap();
    let check = instance.get_typed_func::<(), i32>(&store, "blocks").unwrap();
    assert_eq!(check.call(&mut store, ()).unwrap(), 1);
}

#[test]
fn a_program_is_replaced_a_thousand_times_while_the_other_goes_on() {
    const ROUNDS: u32 = 1_000;
    static ONE: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    static OTHER: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    static THREADS: Platform = Platform::STD;
    let owner = Engine::new(Config::new().page_pool(&ONE).threads(true).platform(&THREADS));
    let owner = owner.unwrap();
    let memory = SharedMemory::new(&owner, MemoryType::shared(1, 1)).unwrap();
    // Sends a number, unless the last one was not taken yet.
    let sends = r#"(module (import "env" "memory" (memory $shared 1 1 shared)) (memory 1 1)
        (func (export "run") (param $message i32) (result i32)
            (i32.store $shared (i32.const 4) (local.get $message))
            (i32.atomic.rmw.cmpxchg $shared (i32.const 0) (i32.const 0) (i32.const 1))))"#;
    // Takes numbers and adds them up, until told to stop.
    let takes = r#"(module (import "env" "memory" (memory 1 1 shared))
        (func (export "run") (result i64) (local $sum i64)
            (loop $next
                (if (i32.atomic.load (i32.const 0)) (then
                    (local.set $sum (i64.add (local.get $sum)
                        (i64.load32_u (i32.const 4))))
                    (i32.atomic.store (i32.const 0) (i32.const 0))))
                (br_if $next (i32.eqz (i32.atomic.load (i32.const 8)))))
            (local.get $sum)))"#;
    let stopped = AtomicBool::new(false);
    thread::scope(|scope| {
        let taker = scope.spawn(|| {
            let mut store = Store::new(&owner, ());
            let instance = setup::guest(&mut store, &memory, takes).unwrap();
            let run = instance.get_typed_func::<(), i64>(&store, "run").unwrap();
            let sum = run.call(&mut store, ()).unwrap();
            assert!(stopped.load(Ordering::Acquire));
            sum
        });
        for message in 1..=ROUNDS {
            while memory.atomic_load::<u32>(0).unwrap() != 0 {
                thread::yield_now();
            }
            let engine = Engine::new(Config::new().page_pool(&OTHER)).unwrap();
            let mut store = Store::new(&engine, ());
            let instance = setup::guest(&mut store, &memory, sends).unwrap();
            let run = instance.get_typed_func::<u32, i32>(&store, "run").unwrap();
            assert_eq!(run.call(&mut store, message).unwrap(), 0);
            drop((store, engine));
            assert_eq!(OTHER.free(), PAGE_SIZE);
        }
        while memory.atomic_load::<u32>(0).unwrap() != 0 {
            thread::yield_now();
        }
        stopped.store(true, Ordering::Release);
        memory.atomic_store(8, 1_u32).unwrap();
        let sum = i64::from(ROUNDS) * i64::from(ROUNDS + 1) / 2;
        assert_eq!(taker.join().unwrap(), sum);
    });
    drop((memory, owner));
    assert_eq!(ONE.free(), PAGE_SIZE);
}
