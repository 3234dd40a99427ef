//! Linking by name, and by position.

use crate::PAGES;
use vellum::{Error, Func, FuncType, Instance, Linker, Memory, MemoryType, Store, ValType};
use vellum_host_tests::{engine, instance, load};

#[test]
fn names_are_defined_once() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::<()>::new(store.engine());
    linker.func_wrap("host", "f", || {}).expect("it is the only one");
    linker.func_wrap("host", "g", || {}).expect("it has another name");
    linker.func_wrap("other", "f", || {}).expect("it is of another module");
    let memory = Memory::new(&mut store, MemoryType::new(0, Some(0))).expect("it needs no page");
    let ty = FuncType::new([ValType::I32], []);
    let twice = [
        linker.func_wrap("host", "f", || {}).map(drop),
        linker.func_new("host", "f", ty, |_, _, _| Ok(())).map(drop),
        linker.define("host", "f", memory).map(drop),
    ];
    for error in twice {
        let Err(Error::DuplicateDefinition { module, name }) = error else { panic!("{error:?}") };
        assert_eq!((&*module, &*name), ("host", "f"));
    }
}

#[test]
fn what_is_missing_or_of_another_type_is_named() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::new(store.engine());
    linker.func_wrap("host", "f", |_: i32| {}).expect("it is the only one");
    for (wanted, text) in [
        (r#"(import "host" "g" (func))"#, r#"unknown import: "host"."g""#),
        (r#"(import "" "f" (func))"#, r#"unknown import: ""."f""#),
        (
            r#"(import "host" "f" (func))"#,
            r#"incompatible import: "host"."f": expected func () -> (), found func (i32) -> ()"#,
        ),
        (
            r#"(import "host" "f" (memory 0))"#,
            r#"incompatible import: "host"."f": another type is defined"#,
        ),
        (
            r#"(import "host" "f" (global i32))"#,
            r#"incompatible import: "host"."f": another type is defined"#,
        ),
        (
            r#"(import "host" "f" (table 0 funcref))"#,
            r#"incompatible import: "host"."f": another type is defined"#,
        ),
    ] {
        let module = load(store.engine(), &format!("(module {wanted})")).expect("it is valid");
        let error = linker.instantiate(&mut store, &module).expect_err("it can't link");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn the_exports_of_an_instance_serve_another() {
    let mut store = Store::new(&engine(&PAGES), ());
    let library = r#"(module
        (memory (export "memory") 1 2) (global (export "global") (mut i32) (i32.const 5))
        (table (export "table") 1 funcref)
        (func (export "set") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))"#;
    let library = instance(&mut store, library).expect("it is valid");
    let mut linker = Linker::new(store.engine());
    linker.instance(&mut store, "library", library).expect("the names are free");
    let user = r#"(module
        (import "library" "set" (func $set (param i32 i32)))
        (import "library" "memory" (memory 1 2))
        (import "library" "global" (global (mut i32)))
        (import "library" "table" (table 1 funcref))
        (func (export "run") (result i32)
            (call $set (i32.const 3) (i32.const 37))
            (i32.add (global.get 0) (i32.load8_u (i32.const 3)))))"#;
    let module = load(store.engine(), user).expect("it is valid");
    let user = linker.instantiate(&mut store, &module).expect("it links");
    let run = user.get_typed_func::<(), i32>(&store, "run").expect("it is exported");
    assert_eq!(run.call(&mut store, ()).expect("it returns"), 42);
    assert!(linker.get(&mut store, "library", "memory").unwrap().is_some());
    assert!(linker.get(&mut store, "library", "nothing").unwrap().is_none());
    linker.instance(&mut store, "library", library).map(drop).expect_err("the names are taken");
}

/// Host functions of a linker serve any number of stores.
#[test]
fn one_linker_serves_many_stores() {
    let engine = engine(&PAGES);
    let mut linker = Linker::new(&engine);
    let count = |mut caller: vellum::Caller<'_, u32>, n: u32| {
        *caller.data_mut() += n;
        *caller.data()
    };
    linker.func_wrap("host", "count", count).expect("it is the only one");
    let text = r#"(module (import "host" "count" (func $count (param i32) (result i32)))
        (func (export "count") (param i32) (result i32) (call $count (local.get 0))))"#;
    let module = load(&engine, text).expect("it is valid");
    for first in [0, 100, 200] {
        let mut store = Store::new(&engine, first);
        let guest = linker.instantiate(&mut store, &module).expect("it links");
        let count = guest.get_typed_func::<u32, u32>(&store, "count").expect("it is exported");
        assert_eq!(count.call(&mut store, 3).expect("it returns"), first + 3);
        assert_eq!(count.call(&mut store, 4).expect("it returns"), first + 7);
    }
}

#[test]
fn an_instance_with_nothing_imports_nothing() {
    let mut store = Store::new(&engine(&PAGES), ());
    let module = load(store.engine(), "(module)").expect("it is valid");
    Instance::new(&mut store, &module, &[]).expect("it links");
    let extra = Func::wrap(&mut store, || {}).unwrap();
    let error = Instance::new(&mut store, &module, &[extra.into()]).expect_err("one too many");
    assert!(matches!(error, Error::ImportCount { expected: 0, found: 1 }), "{error:?}");
}
