//! What a store may hold.

use crate::{PAGES, limit};
use vellum::{Limit, Linker, Memory, MemoryType, PAGE_SIZE, Store, StoreLimits};
use vellum_host_tests::{engine, instance, load};

#[test]
fn stores_hold_what_their_limits_allow() {
    let mut store = Store::new(&engine(&PAGES), ());
    store.set_limits(StoreLimits {
        pages: 3,
        table_elements: 10,
        instances: 4,
        // One for the instance that fails below.
        tables: 3,
        memories: 3,
    });
    assert_eq!(limit(Memory::new(&mut store, MemoryType::new(1, Some(4)))), (Limit::Pages, 3));
    assert_eq!(limit(instance(&mut store, "(module (memory 4))")), (Limit::Pages, 3));
    assert_eq!(
        limit(instance(&mut store, "(module (table 11 funcref))")),
        (Limit::TableElements, 10)
    );
    instance(&mut store, "(module (memory 1 1) (table 5 funcref))").expect("it is within limits");
    Memory::new(&mut store, MemoryType::new(1, Some(2))).expect("it is within limits");
    assert_eq!(limit(Memory::new(&mut store, MemoryType::new(0, Some(1)))), (Limit::Pages, 3));
    Memory::new(&mut store, MemoryType::new(0, Some(0))).expect("it is within limits");
    assert_eq!(limit(Memory::new(&mut store, MemoryType::new(0, Some(0)))), (Limit::Memories, 3));
    assert_eq!(PAGES.leased() % PAGE_SIZE, 0);
    let growing = r#"(module (table 1 funcref) (func (export "grow") (param i32) (result i32)
        (table.grow (ref.null func) (local.get 0))))"#;
    let guest = instance(&mut store, growing).expect("it is within limits");
    let grow = guest.get_typed_func::<i32, i32>(&store, "grow").expect("it is exported");
    assert_eq!(grow.call(&mut store, 10).expect("it returns"), -1);
    assert_eq!(grow.call(&mut store, 9).expect("it returns"), 1);
    assert_eq!(limit(instance(&mut store, "(module (table 1 funcref))")), (Limit::Tables, 3));
    let ty = vellum::TableType::new(vellum::RefType::Func, 1, None);
    let null = vellum::Ref::null(vellum::RefType::Func);
    assert_eq!(limit(vellum::Table::new(&mut store, ty, null)), (Limit::Tables, 3));
    let mut made = 0;
    let error = loop {
        match instance(&mut store, "(module)") {
            Ok(_) if made < 10 => made += 1,
            other => break other,
        }
    };
    assert_eq!(limit(error), (Limit::Instances, 4));
}

/// The pass appends a table, which the embedder did not ask for.
#[test]
fn a_limit_of_elements_does_not_count_helpers() {
    let mut store = Store::new(&engine(&PAGES), ());
    store.set_limits(StoreLimits { table_elements: 0, tables: 0, ..StoreLimits::default() });
    let text = r#"(module (memory 0) (data "x") (func (data.drop 0)))"#;
    instance(&mut store, text).expect("it has no table of its own");
}

/// What an instance imports is there already: it does not count again.
#[test]
fn imports_do_not_count_against_limits() {
    let mut store = Store::new(&engine(&PAGES), ());
    let limits = StoreLimits { tables: 1, memories: 2, ..StoreLimits::default() };
    store.set_limits(limits);
    let library = r#"(module (memory (export "memory") 1 1) (memory 1 1)
        (table (export "table") 1 funcref))"#;
    let library = instance(&mut store, library).expect("it is within limits");
    let mut linker = Linker::new(store.engine());
    linker.instance(&mut store, "library", library).expect("the names are free");
    let user = r#"(module (import "library" "memory" (memory 1))
        (import "library" "table" (table 1 funcref)))"#;
    let module = load(store.engine(), user).expect("it is valid");
    for _ in 0..3 {
        linker.instantiate(&mut store, &module).expect("it adds nothing");
    }
    assert_eq!(limit(instance(&mut store, "(module (memory 0 0))")), (Limit::Memories, 2));
    assert_eq!(limit(instance(&mut store, "(module (table 0 funcref))")), (Limit::Tables, 1));
}
