//! Guards of a store's lock that are forgotten, which never release the lock.

use crate::setup::{GUEST, engine, guest, ready};
use std::mem;
use vellum::{
    AsContext, AsContextMut, ConfigError, Error, ExternRef, Func, Global, Linker, Memory,
    MemoryType, Module, Mutability, PAGE_SIZE, PagePool, Ref, RefType, SharedMemory, Store, Table,
    TableType, Val,
};
use vellum_host_tests::load;

macro_rules! would_deadlock {
    ($($call:expr),* $(,)?) => {
        $(
            match $call {
                Err(Error::WouldDeadlock) => {}
                other => panic!("{}: {:?}", stringify!($call), other.map(drop)),
            }
        )*
    };
}

/// The embedder's data, and what else a store has without its world, by every way there is.
fn check_data(store: &mut Store<String>, expected: &str) {
    assert_eq!(store.data(), expected);
    assert_eq!(store.data_mut(), expected);
    assert_eq!(store.as_context().data(), expected);
    assert_eq!(store.as_context_mut().data(), expected);
    assert_eq!(store.as_context_mut().data_mut(), expected);
    assert!(format!("{store:?}").contains(expected));
    assert_eq!(store.limits(), vellum::StoreLimits::default());
    assert!(matches!(store.get_fuel(), Err(Error::Config(ConfigError::Fuel))));
    store.data_mut().push('+');
}

#[test]
fn without_threads_nothing_is_kept() {
    static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    let (mut store, instance) = guest(&engine(&POOL, false));
    let memory = instance.get_memory(&store, "memory").unwrap();
    let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add").unwrap();
    mem::forget(store.lock().unwrap());
    check_data(&mut store, "data");
    assert_eq!(add.call(&mut store, (1, 2)).unwrap(), 3);
    memory.data_mut(&mut store).unwrap()[0] = 7;
    assert_eq!(memory.data(&store).unwrap()[0], 7);
    mem::forget(store.lock().unwrap());
    check_data(&mut store, "data+");
    drop(store);
    assert_eq!(POOL.leased(), 0);
}

#[test]
fn with_threads_the_data_stays_and_the_world_is_locked() {
    static POOL: PagePool<[u8; 5 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&POOL, true);
    let shared = SharedMemory::new(&engine, MemoryType::shared(1, 1)).unwrap();
    let (mut store, instance) = guest(&engine);
    let (mut other, neighbour) = guest(&engine);
    let memory = instance.get_memory(&store, "memory").unwrap();
    let table = instance.get_table(&store, "table").unwrap();
    let global = instance.get_global(&store, "global").unwrap();
    let func = instance.get_func(&store, "add").unwrap();
    let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add").unwrap();
    let theirs = neighbour.get_typed_func::<(i32, i32), i32>(&other, "add").unwrap();
    let mut guard = store.lock().unwrap();
    guard.data_mut().push('!');
    assert_eq!(add.call(&mut guard, (1, 2)).unwrap(), 3);
    mem::forget(guard);
    check_data(&mut store, "data!");
    check_data(&mut other, "data");
    let (values, mut result) = ([Val::I32(1), Val::I32(2)], [Val::I32(0)]);
    would_deadlock![
        store.lock(),
        other.lock(),
        add.call(&mut store, (1, 2)),
        ready(add.call_async(&mut store, (1, 2))),
        func.call(&mut store, &values, &mut result),
        ready(func.call_async(&mut store, &values, &mut result)),
        theirs.call(&mut other, (1, 2)),
        func.ty(&store),
        func.typed::<(i32, i32), i32>(&store),
        instance.get_func(&store, "add"),
        instance.exports(&store).map(|exports| exports.len()),
        memory.ty(&store),
        memory.size(&store),
        memory.data_size(&store),
        memory.capacity(&store),
        memory.grow(&mut store, 1),
        memory.data_ptr(&store),
        memory.data(&store),
        memory.data_mut(&mut store),
        memory.data_and_store_mut(&mut store),
        memory.read(&store, 0, &mut [0]),
        memory.write(&mut store, 0, &[0]),
        memory.read_value::<u32>(&store, 0),
        memory.write_value(&mut store, 0, &1_u32),
        table.size(&store),
        table.get(&store, 0),
        table.set(&mut store, 0, Ref::Func(None)),
        table.grow(&mut store, 1, Ref::Func(None)),
        global.get(&store),
        global.set(&mut store, Val::I32(1)),
        Memory::new(&mut store, MemoryType::new(0, Some(0))),
        Table::new(&mut store, TableType::new(RefType::Func, 1, None), Ref::Func(None)),
        Global::new(&mut store, Val::I32(1), Mutability::Const),
        Func::wrap(&mut store, || ()),
        ExternRef::new(&mut store, 1_u32),
        store.reserved_bytes(),
        store.memory_bytes(),
        shared.size(),
        shared.read(0, &mut [0]),
        shared.with(|bytes| bytes.len()),
        shared.grow(0),
        shared.atomic_load::<u32>(0),
        shared.atomic_wait32(0, 0, None),
        shared.atomic_notify(0, 1),
    ];
    // What is made anew is locked out as well.
    let module: Module = load(&engine, GUEST).unwrap();
    let mut late = Store::new(&engine, "late".to_owned());
    would_deadlock![
        Linker::new(&engine).instantiate(&mut late, &module),
        SharedMemory::new(&engine, MemoryType::shared(0, 0)),
    ];
    check_data(&mut late, "late");
    drop((store, other, late, shared));
    assert_eq!(POOL.leased(), 0);
}

#[test]
fn a_borrow_of_a_guard_that_is_forgotten_leaves_the_data() {
    static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    for threads in [false, true] {
        let (mut store, instance) = guest(&engine(&POOL, threads));
        let memory = instance.get_memory(&store, "memory").unwrap();
        let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add").unwrap();
        let mut guard = store.lock().unwrap();
        #[expect(clippy::forget_non_drop, reason = "what has no destructor now may have one")]
        mem::forget(guard.as_context_mut());
        assert_eq!(guard.data(), "data");
        let (bytes, data) = memory.data_and_store_mut(&mut guard).unwrap();
        bytes[0] = 9;
        data.push('?');
        assert_eq!(add.call(&mut guard, (3, 4)).unwrap(), 7);
        assert_eq!(memory.data(&guard).unwrap()[0], 9);
        drop(guard);
        assert_eq!(add.call(&mut store, (5, 6)).unwrap(), 11);
        check_data(&mut store, "data?");
    }
    assert_eq!(POOL.leased(), 0);
}

/// A host function that a guest calls under the guard sees the embedder's data, and fuel is the
/// session's own.
#[test]
fn calls_under_a_guard_are_those_of_the_store() {
    static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    for threads in [false, true] {
        let mut config = vellum::Config::new();
        config.page_pool(&POOL).threads(threads).consume_fuel(true);
        let engine = vellum::Engine::new(&config).unwrap();
        let mut store = Store::new(&engine, 0_u32);
        let mut linker = Linker::new(&engine);
        let count = |mut caller: vellum::Caller<'_, u32>| *caller.data_mut() += 1;
        linker.func_wrap("", "count", count).unwrap();
        let text =
            r#"(module (import "" "count" (func $count)) (func (export "f") (call $count)))"#;
        store.set_fuel(1000).unwrap();
        let instance = linker.instantiate(&mut store, &load(&engine, text).unwrap()).unwrap();
        let f = instance.get_typed_func::<(), ()>(&store, "f").unwrap();
        let mut guard = store.lock().unwrap();
        f.call(&mut guard, ()).unwrap();
        let left = guard.as_context().get_fuel().unwrap();
        assert!((1..1000).contains(&left));
        guard.as_context_mut().set_fuel(left + 7).unwrap();
        drop(guard);
        assert_eq!((*store.data(), store.get_fuel().unwrap()), (1, left + 7));
    }
}
