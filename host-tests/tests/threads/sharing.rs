//! Shared memories that guests define, and that stores are given.

use crate::setup::{config, engine, memory};
use std::{
    future::Future,
    pin::pin,
    sync::mpsc,
    task::{Context, Poll, Waker},
    thread,
};
use vellum::{
    Engine, Error, Extern, ExternType, Instance, Linker, Memory, MemoryType, Module, SharedMemory,
    Store, StoreLimits,
};

const OWNER: &str = r#"(module
    (memory (export "shared") 1 2 shared)
    (memory (export "own") 1 1)
    (func (export "get") (result i32) (i32.atomic.load (i32.const 16)))
    (func (export "grow") (result i32) (memory.grow (i32.const 1))))"#;

const USER: &str = r#"(module
    (import "env" "memory" (memory 1 2 shared))
    (func (export "set") (param i32) (i32.atomic.store (i32.const 16) (local.get 0)))
    (func (export "size") (result i32) (memory.size)))"#;

fn instance(store: &mut Store<()>, text: &str, imports: &[Extern]) -> Result<Instance, Error> {
    let module = Module::new(store.engine(), wat::parse_str(text).expect("the text is good"))?;
    Instance::new(store, &module, imports)
}

fn call(store: &mut Store<()>, instance: Instance, name: &str) -> i32 {
    let func = instance.get_typed_func::<(), i32>(&*store, name).expect("it is exported");
    func.call(store, ()).expect("it returns")
}

/// The memory of one guest, given to another by the linker, on the same engine and on one without
/// threads.
#[test]
fn what_a_guest_exports_is_given_to_other_stores() {
    let engine = engine(100);
    let mut first = Store::new(&engine, ());
    let owner = instance(&mut first, OWNER, &[]).unwrap();
    let shared = owner.get_shared_memory(&first, "shared").unwrap();
    assert_eq!((shared.page_size_log2(), shared.data_size().unwrap()), (16, 65_536));
    let plain = Engine::new(config().threads(false)).unwrap();
    for (engine, value) in [(engine, 7), (plain, 9)] {
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.define("env", "memory", shared.clone()).unwrap();
        let module = Module::new(&engine, wat::parse_str(USER).unwrap()).unwrap();
        let user = linker.instantiate(&mut store, &module).unwrap();
        user.get_typed_func::<i32, ()>(&store, "set").unwrap().call(&mut store, value).unwrap();
        assert_eq!(call(&mut first, owner, "get"), value);
        let size = call(&mut store, user, "size");
        if size == 1 {
            assert_eq!(call(&mut first, owner, "grow"), 1);
            assert_eq!(call(&mut store, user, "size"), 2);
        }
        let found = linker.get(&mut store, "env", "memory").unwrap().unwrap();
        assert_eq!(found.ty(&store).unwrap(), ExternType::Memory(MemoryType::shared(1, 2)));
        assert!(found.into_shared_memory(&store).unwrap().is_some());
    }
    // It outlives the store whose guest defined it.
    drop(first);
    assert_eq!(shared.atomic_load::<i32>(16).unwrap(), 9);
    assert_eq!(shared.data_size().unwrap(), 2 * 65_536);
}

/// Found by its export or by its name, it is the same memory.
#[test]
fn an_export_is_a_shared_memory() {
    let mut store = Store::new(&engine(100), ());
    let owner = instance(&mut store, OWNER, &[]).unwrap();
    owner.get_shared_memory(&store, "shared").unwrap().write(16, &[5]).unwrap();
    for export in owner.exports(&store).unwrap() {
        let name = export.name().to_owned();
        let by_name = owner.get_export(&store, &name).unwrap().unwrap();
        let both = [export.into_shared_memory(&store), by_name.into_shared_memory(&store)];
        for found in both.map(Result::unwrap) {
            assert_eq!(found.is_some(), name == "shared", "{name}");
            assert_eq!(found.map_or(5, |memory| memory.atomic_load::<u32>(16).unwrap()), 5);
        }
    }
    let other = Store::new(&engine(100), ());
    let export = owner.get_export(&store, "own").unwrap().unwrap();
    assert!(matches!(export.into_shared_memory(&other), Err(Error::WrongStore)));
}

#[test]
fn a_memory_that_is_not_shared_is_no_shared_memory() {
    let mut store = Store::new(&engine(100), ());
    let owner = instance(&mut store, OWNER, &[]).unwrap();
    let refused = |name| owner.get_shared_memory(&store, name).unwrap_err().to_string();
    assert_eq!(
        refused("own"),
        "incompatible export: \"own\": expected a shared memory, found a memory"
    );
    assert_eq!(refused("get"), "incompatible export: \"get\": expected a memory, found a function");
    assert_eq!(refused("none"), "unknown export: \"none\"");
    let own = owner.get_memory(&store, "own").unwrap();
    assert!(own.to_shared(&store).unwrap().is_none());
    let other = Store::new(store.engine(), ());
    assert!(matches!(own.to_shared(&other), Err(Error::WrongStore)));
    // A shared memory is one of the type that says so.
    let text = r#"(module (import "" "m" (memory 1 2)))"#;
    let shared = owner.get_shared_memory(&store, "shared").unwrap();
    let error = instance(&mut store, text, &[shared.into()]).unwrap_err();
    assert!(matches!(error, Error::IncompatibleImport { .. }), "{error}");
}

/// A view of another engine's memory leads back to the memory, and a store has one of each.
#[test]
fn views_lead_back_to_the_memory_and_are_made_once() {
    let memory = memory(&engine(100));
    let plain = Engine::new(config().threads(false)).unwrap();
    let mut store = Store::new(&plain, ());
    store.set_limits(StoreLimits { memories: 1, ..StoreLimits::default() });
    let user = instance(&mut store, USER, &[memory.clone().into()]).unwrap();
    let again = instance(&mut store, USER, &[memory.clone().into()]).unwrap();
    user.get_typed_func::<i32, ()>(&store, "set").unwrap().call(&mut store, 5).unwrap();
    assert_eq!(call(&mut store, again, "size"), 1);
    let view = memory.as_memory(&mut store).unwrap();
    let back = view.to_shared(&store).unwrap().expect("it is shared");
    back.grow(1).unwrap();
    assert_eq!((memory.size().unwrap(), memory.atomic_load::<i32>(16).unwrap()), (2, 5));
    assert_eq!(back.engine().has_threads(), memory.engine().has_threads());
    // Another memory is another view, of which there is no room.
    let other = SharedMemory::new(memory.engine(), MemoryType::shared(1, 1)).unwrap();
    assert!(matches!(other.as_memory(&mut store), Err(Error::LimitExceeded(_))));
}

/// Growing gives way while another thread has the lock.
#[test]
fn growing_waits_for_the_lock_as_a_future() {
    let engine = engine(100);
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(2))).unwrap();
    let ((holds, held), (release, released)) = (mpsc::channel(), mpsc::channel::<()>());
    let other = thread::spawn(move || {
        let mut store = Store::new(&engine, ());
        let guard = store.lock().unwrap();
        holds.send(()).unwrap();
        released.recv().unwrap();
        drop(guard);
    });
    held.recv().unwrap();
    let mut context = Context::from_waker(Waker::noop());
    {
        let mut grown = pin!(memory.grow_async(&mut store, 1));
        assert!((0..3).all(|_| grown.as_mut().poll(&mut context).is_pending()));
        release.send(()).unwrap();
        other.join().unwrap();
        let Poll::Ready(before) = grown.poll(&mut context) else { panic!("the lock is free") };
        assert_eq!(before.unwrap(), 1);
    }
    let Poll::Ready(error) = pin!(memory.grow_async(&mut store, 1)).poll(&mut context) else {
        panic!("the lock is free")
    };
    assert!(matches!(error, Err(Error::Memory(_))));
    assert_eq!(memory.size(&store).unwrap(), 2);
}
