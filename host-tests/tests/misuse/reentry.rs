//! A world that is asked for by who holds it, by whichever handle.

use crate::setup::{GUEST, engine, guest};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use vellum::{
    Engine, Error, Instance, Linker, MemoryType, Module, PAGE_SIZE, PagePool, SharedMemory, Store,
};
use vellum_host_tests::load;

/// Tries all that needs the world of the engine, and counts what is refused as it must be.
fn reenter(
    engine: &Engine,
    shared: &SharedMemory,
    other: &mut Store<String>,
    own: Instance,
) -> i32 {
    let module: Module = load(engine, GUEST).unwrap();
    let mut late = Store::new(engine, String::new());
    let refused = [
        shared.size().map(drop),
        shared.with(|_| ()),
        shared.write(0, &[1]),
        shared.grow(0).map(drop),
        shared.atomic_notify(0, 1).map(drop),
        shared.atomic_wait32(0, 0, None).map(drop),
        SharedMemory::new(engine, MemoryType::shared(0, 0)).map(drop),
        other.lock().map(drop),
        other.reserved_bytes().map(drop),
        own.get_func(&*other, "add").map(drop),
        Linker::new(engine).instantiate(&mut *other, &module).map(drop),
        Linker::new(engine).instantiate(&mut late, &module).map(drop),
    ];
    other.data_mut().push('.');
    let expected = refused.iter().filter(|result| matches!(result, Err(Error::WouldDeadlock)));
    i32::try_from(refused.len() - expected.count()).unwrap()
}

#[test]
fn whoever_holds_the_world_is_refused_and_goes_on() {
    static POOL: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&POOL, true);
    let shared = SharedMemory::new(&engine, MemoryType::shared(1, 1)).unwrap();
    let (mut other, own) = guest(&engine);
    // In the closure that has the memory for itself.
    assert_eq!(shared.with(|_| reenter(&engine, &shared, &mut other, own)).unwrap(), 0);
    // While a guard is there.
    let mut store = Store::new(&engine, ());
    let guard = store.lock().unwrap();
    assert_eq!(reenter(&engine, &shared, &mut other, own), 0);
    drop(guard);
    // In a host function of a guest, called in slices and under a guard; it drops the store, too.
    let others = Arc::new(Mutex::new(Some(other)));
    let mut linker = Linker::new(&engine);
    let (lent, lent_shared) = (Arc::clone(&others), shared.clone());
    let function = move |caller: vellum::Caller<'_, ()>, last: i32| {
        let mut other = lent.lock().unwrap();
        let engine = caller.engine().clone();
        let refused = other.as_mut().map(|other| reenter(&engine, &lent_shared, other, own));
        if last == 1 {
            *other = None;
        }
        refused.unwrap_or(-1)
    };
    linker.func_wrap("env", "reenter", function).unwrap();
    let text = r#"(module (import "env" "reenter" (func $reenter (param i32) (result i32)))
        (func (export "f") (param i32) (result i32) (call $reenter (local.get 0))))"#;
    let instance = linker.instantiate(&mut store, &load(&engine, text).unwrap()).unwrap();
    let f = instance.get_typed_func::<i32, i32>(&store, "f").unwrap();
    assert_eq!(f.call(&mut store, 0).unwrap(), 0);
    assert_eq!(f.call(&mut store.lock().unwrap(), 0).unwrap(), 0);
    assert_eq!(others.lock().unwrap().as_ref().unwrap().data(), "data....");
    assert_eq!(f.call(&mut store, 1).unwrap(), 0);
    assert_eq!(f.call(&mut store, 0).unwrap(), -1);
    assert_eq!(shared.size().unwrap(), 1);
}

#[test]
fn a_panic_of_the_embedder_leaves_the_lock_free() {
    static POOL: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&POOL, true);
    let shared = SharedMemory::new(&engine, MemoryType::shared(1, 1)).unwrap();
    let (mut store, instance) = guest(&engine);
    let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add").unwrap();
    let panic = || std::panic::resume_unwind(Box::new("the embedder's own"));
    catch_unwind(AssertUnwindSafe(|| shared.with(|_| panic()))).unwrap_err();
    let guarded = || {
        let mut guard = store.lock().unwrap();
        guard.data_mut().push('!');
        panic()
    };
    catch_unwind(AssertUnwindSafe(guarded)).unwrap_err();
    assert_eq!(store.data(), "data!");
    assert_eq!(add.call(&mut store, (1, 2)).unwrap(), 3);
    assert_eq!(shared.size().unwrap(), 1);
}

#[test]
fn what_is_left_of_an_engine_goes_on() {
    static POOL: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
    for threads in [false, true] {
        let engine = engine(&POOL, threads);
        let (mut store, instance) = guest(&engine);
        let shared = threads.then(|| SharedMemory::new(&engine, MemoryType::shared(1, 1)).unwrap());
        drop(engine);
        let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add").unwrap();
        assert_eq!(add.call(&mut store, (1, 2)).unwrap(), 3);
        drop(store);
        for shared in shared.iter() {
            shared.write(0, &[1]).unwrap();
            let mut store = Store::new(shared.engine(), String::new());
            let stale = add.call(&mut store, (1, 2));
            assert!(matches!(stale, Err(Error::WrongStore)), "{stale:?}");
        }
        drop(shared);
        assert_eq!(POOL.leased(), 0);
    }
}
