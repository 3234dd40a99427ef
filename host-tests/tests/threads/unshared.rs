//! Atomic instructions on memories that are not shared, which need no engine with threads.

use crate::setup::config;
use vellum::{Engine, Error, Instance, Linker, Module, Store, Trap};

const TEXT: &str = r#"(module (memory 1 1)
    (func (export "wait") (result i32)
        (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0)))
    (func (export "wait_for_another") (result i32)
        (memory.atomic.wait32 (i32.const 0) (i32.const 1) (i64.const 0)))
    (func (export "wait64") (result i32)
        (memory.atomic.wait64 (i32.const 8) (i64.const 0) (i64.const -1)))
    (func (export "notify") (param i32) (result i32)
        (memory.atomic.notify (local.get 0) (i32.const 1)))
    (func (export "add") (param i32) (result i32 i32)
        (i32.atomic.rmw.add (local.get 0) (i32.const 9)) (i32.atomic.load (local.get 0)))
    (func (export "exchange") (result i64 i64)
        (i64.atomic.store (i32.const 16) (i64.const 3))
        (i64.atomic.rmw.cmpxchg (i32.const 16) (i64.const 3) (i64.const 4))
        (i64.atomic.load (i32.const 16)))
    (func (export "fence") atomic.fence))"#;

fn guest(threads: bool) -> (Store<()>, Instance) {
    let engine = Engine::new(config().threads(threads)).unwrap();
    let module = Module::new(&engine, wat::parse_str(TEXT).unwrap()).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).unwrap();
    (store, instance)
}

#[test]
fn they_are_plain_ones() {
    for threads in [false, true] {
        let (mut store, instance) = guest(threads);
        let add = instance.get_typed_func::<i32, (i32, i32)>(&store, "add").unwrap();
        assert_eq!(add.call(&mut store, 4).unwrap(), (0, 9));
        assert_eq!(add.call(&mut store, 4).unwrap(), (9, 18));
        for (address, expected) in [(2, Trap::UnalignedAtomic), (65536, Trap::MemoryOutOfBounds)] {
            let error = add.call(&mut store, address).unwrap_err();
            assert!(matches!(error, Error::Trap(trap) if trap == expected), "{error}");
        }
        let exchange = instance.get_typed_func::<(), (i64, i64)>(&store, "exchange").unwrap();
        assert_eq!(exchange.call(&mut store, ()).unwrap(), (3, 4));
        instance.get_typed_func::<(), ()>(&store, "fence").unwrap().call(&mut store, ()).unwrap();
    }
}

#[test]
fn nobody_waits_there() {
    for threads in [false, true] {
        let (mut store, instance) = guest(threads);
        for name in ["wait", "wait_for_another", "wait64"] {
            let wait = instance.get_typed_func::<(), i32>(&store, name).unwrap();
            let error = wait.call(&mut store, ()).unwrap_err();
            assert!(matches!(error, Error::Trap(Trap::ExpectedSharedMemory)), "{name}: {error}");
        }
        let notify = instance.get_typed_func::<i32, i32>(&store, "notify").unwrap();
        for address in [0, 4, 65532] {
            assert_eq!(notify.call(&mut store, address).unwrap(), 0);
        }
        for (address, expected) in [(2, Trap::UnalignedAtomic), (65536, Trap::MemoryOutOfBounds)] {
            let error = notify.call(&mut store, address).unwrap_err();
            assert!(matches!(error, Error::Trap(trap) if trap == expected), "{error}");
        }
    }
}
