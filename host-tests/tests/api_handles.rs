//! A handle that is used with the wrong store or engine is an error, whatever it is.

use vellum::{
    Engine, Error, ExternRef, Func, Global, Instance, Linker, Memory, MemoryType, Mutability,
    PAGE_SIZE, PagePool, Ref, RefType, Store, Table, TableType, Val,
};
use vellum_host_tests::{engine, engine_with, instance, load};

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

const GUEST: &str = r#"(module
    (memory (export "memory") 1 2)
    (table (export "table") 2 2 funcref)
    (table (export "externs") 1 1 externref)
    (global (export "global") (mut i32) (i32.const 1))
    (global (export "ref") (mut funcref) (ref.null func))
    (func (export "func") (param funcref externref) (result i32) (i32.const 1)))"#;

fn guest(engine: &Engine) -> (Store<()>, Instance) {
    let mut store = Store::new(engine, ());
    let instance = instance(&mut store, GUEST).expect("the guest is valid");
    (store, instance)
}

macro_rules! wrong_store {
    ($($call:expr),* $(,)?) => {
        $(
            match $call {
                Err(Error::WrongStore) => {}
                other => panic!("{}: {:?}", stringify!($call), other.map(drop)),
            }
        )*
    };
}

/// Checks handles of one store with another.
fn check(a: &mut Store<()>, own: Instance, b: &mut Store<()>) {
    wrong_store![
        own.get_export(&*b, "memory"),
        own.exports(&*b),
        own.get_func(&*b, "func"),
        own.get_typed_func::<(), ()>(&*b, "func"),
        own.get_memory(&*b, "memory"),
        own.get_global(&*b, "global"),
        own.get_table(&*b, "table"),
    ];
    let memory = own.get_memory(&*a, "memory").expect("it is exported");
    wrong_store![
        memory.ty(&*b),
        memory.size(&*b),
        memory.page_size(&*b),
        memory.data_size(&*b),
        memory.data_len(&*b),
        memory.capacity(&*b),
        memory.grow(&mut *b, 0),
        memory.data_ptr(&*b),
        memory.data(&*b),
        memory.data_mut(&mut *b),
        memory.data_and_store_mut(&mut *b),
        memory.read(&*b, 0, &mut [0]),
        memory.write(&mut *b, 0, &[0]),
        memory.slice(&*b, 0..1),
        memory.view::<u32, ()>(&*b, 0),
        memory.view_mut::<u32, ()>(&mut *b, 0),
        memory.read_value::<u32>(&*b, 0),
        memory.write_value(&mut *b, 0, &1_u32),
        memory.dump(&*b, 0..1, 16),
    ];
    let func = own.get_func(&*a, "func").expect("it is exported");
    let mut result = [Val::I32(0)];
    wrong_store![
        func.ty(&*b),
        func.typed::<(), ()>(&*b),
        func.call(&mut *b, &[Val::FuncRef(None), Val::ExternRef(None)], &mut result),
    ];
    let plain = Func::wrap(&mut *a, || 1_i32).unwrap();
    let typed = plain.typed::<(), i32>(&*a).expect("it has that type");
    let host_ref = ExternRef::new(&mut *a, 42_u32).unwrap();
    wrong_store![typed.call(&mut *b, ()), host_ref.data(&*b)];
    let global = own.get_global(&*a, "global").expect("it is exported");
    let table = own.get_table(&*a, "table").expect("it is exported");
    wrong_store![
        global.ty(&*b),
        global.get(&*b),
        global.set(&mut *b, Val::I32(1)),
        table.ty(&*b),
        table.size(&*b),
        table.get(&*b, 0),
        table.set(&mut *b, 0, Ref::Func(None)),
        table.grow(&mut *b, 0, Ref::Func(None)),
    ];
    foreign_values(b, plain, host_ref);
}

/// Checks references to another store where values of this one belong.
fn foreign_values(b: &mut Store<()>, func: Func, host_ref: ExternRef) {
    let guest = instance(b, GUEST).expect("the guest is valid");
    let own = guest.get_func(&*b, "func").expect("it is exported");
    let (foreign, foreign_extern) = (Val::FuncRef(Some(func)), Val::ExternRef(Some(host_ref)));
    let mut result = [Val::I32(0)];
    let global = guest.get_global(&*b, "ref").expect("it is exported");
    let table = guest.get_table(&*b, "table").expect("it is exported");
    let externs = guest.get_table(&*b, "externs").expect("it is exported");
    let ty = TableType::new(RefType::Func, 1, None);
    wrong_store![
        own.call(&mut *b, &[foreign, Val::ExternRef(None)], &mut result),
        own.call(&mut *b, &[Val::FuncRef(None), foreign_extern], &mut result),
        global.set(&mut *b, foreign),
        Global::new(&mut *b, foreign, Mutability::Const),
        Table::new(&mut *b, ty, Ref::Func(Some(func))),
        table.set(&mut *b, 0, Ref::Func(Some(func))),
        table.grow(&mut *b, 0, Ref::Func(Some(func))),
        externs.set(&mut *b, 0, Ref::Extern(Some(host_ref))),
    ];
    // A host function that returns a foreign reference is an error of its caller's call.
    let ty = vellum::FuncType::new([], [vellum::ValType::FUNCREF]);
    let returns = Func::new(&mut *b, ty, move |_, _, results| {
        results[0] = foreign;
        Ok(())
    });
    let returns = returns.expect("the type is allowed");
    wrong_store![returns.call(&mut *b, &[], &mut [Val::FuncRef(None)])];
}

#[test]
fn handles_of_another_store_of_the_same_engine() {
    let engine = engine(&PAGES);
    let (mut a, own) = guest(&engine);
    let (mut b, _) = guest(&engine);
    check(&mut a, own, &mut b);
}

#[test]
fn handles_of_another_store_of_the_same_world() {
    let engine = engine_with(&PAGES, |config| {
        config.threads(true);
    });
    let (mut a, own) = guest(&engine);
    let (mut b, _) = guest(&engine);
    check(&mut a, own, &mut b);
}

#[test]
fn handles_of_a_store_of_another_engine() {
    let (mut a, own) = guest(&engine(&PAGES));
    let (mut b, _) = guest(&engine(&PAGES));
    check(&mut a, own, &mut b);
}

#[test]
fn handles_of_a_store_that_is_gone() {
    let engine = engine(&PAGES);
    let (a, own) = guest(&engine);
    let memory = own.get_memory(&a, "memory").expect("it is exported");
    let func = own.get_func(&a, "func").expect("it is exported");
    drop(a);
    let (mut b, _) = guest(&engine);
    wrong_store![
        own.get_func(&b, "func"),
        memory.data(&b),
        memory.grow(&mut b, 1),
        func.call(&mut b, &[Val::FuncRef(None), Val::ExternRef(None)], &mut [Val::I32(0)]),
    ];
}

#[test]
fn imports_of_another_store() {
    let engine = engine(&PAGES);
    let (mut a, own) = guest(&engine);
    let mut b = Store::new(&engine, ());
    let memory = Memory::new(&mut a, MemoryType::new(1, None)).expect("there is room");
    let module =
        load(&engine, r#"(module (import "m" "memory" (memory 1)))"#).expect("it is valid");
    wrong_store![Instance::new(&mut b, &module, &[memory.into()])];
    let mut linker = Linker::new(&engine);
    linker.define("m", "memory", memory).expect("it is the only one");
    wrong_store![linker.instantiate(&mut b, &module), linker.instance(&mut b, "a", own)];
    linker.instantiate(&mut a, &module).expect("it is this store's");
}

#[test]
fn modules_and_linkers_of_another_engine() {
    let (one, other) = (engine(&PAGES), engine(&PAGES));
    let module = load(&one, "(module)").expect("it is valid");
    let mut own = Store::new(&one, ());
    let mut foreign = Store::new(&other, ());
    let results = [
        Instance::new(&mut foreign, &module, &[]),
        Linker::new(&one).instantiate(&mut foreign, &module),
        Linker::new(&other).instantiate(&mut own, &module),
        Linker::new(&other).instantiate(&mut foreign, &module),
    ];
    for result in results {
        assert!(matches!(result, Err(Error::WrongEngine)), "{result:?}");
    }
    Instance::new(&mut own, &module, &[]).expect("all are of one engine");
}

/// The data outlives its store, on an engine with threads too, and is dropped once.
#[test]
fn a_store_gives_its_data_back() {
    let threads = engine_with(&PAGES, |config| {
        config.threads(true);
    });
    for engine in [engine(&PAGES), threads] {
        let data = std::sync::Arc::new(5);
        let mut store = Store::new(&engine, std::sync::Arc::clone(&data));
        instance(&mut store, GUEST).expect("it is valid");
        let back = store.into_data();
        assert_eq!((*back, std::sync::Arc::strong_count(&data)), (5, 2));
    }
}
