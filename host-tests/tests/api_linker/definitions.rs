//! Other names, other definitions, and functions that nobody defines.

use crate::PAGES;
use vellum::{Error, Linker, Memory, MemoryType, Store};
use vellum_host_tests::{engine, load};

fn names(linker: &Linker<()>, store: &mut Store<()>) -> Vec<String> {
    let all = linker.iter(store).expect("the store is in reach");
    all.map(|(module, name, value)| {
        let kind = if value.into_func().is_some() { "func" } else { "memory" };
        format!("{module}.{name}: {kind}")
    })
    .collect()
}

#[test]
fn a_name_has_other_names() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::<()>::new(store.engine());
    let memory = Memory::new(&mut store, MemoryType::new(0, Some(0))).expect("it needs no page");
    linker.func_wrap("host", "f", || 7).expect("the name is free");
    linker.define("host", "m", memory).expect("the name is free");
    linker.alias("host", "f", "env", "g").expect("the name is free");
    linker.alias_module("host", "wasi").expect("the names are free");
    let all = ["host.f: func", "host.m: memory", "env.g: func", "wasi.f: func", "wasi.m: memory"];
    assert_eq!(names(&linker, &mut store), all);
    assert_eq!(linker.iter(&mut store).expect("the store is in reach").len(), 5);
    let error = linker.alias("host", "h", "env", "h").map(drop).expect_err("there is no such");
    assert_eq!(error.to_string(), r#"unknown import: "host"."h""#);
    let error = linker.alias("host", "f", "env", "g").map(drop).expect_err("the name is taken");
    assert!(matches!(error, Error::DuplicateDefinition { .. }));
    linker.alias_module("host", "wasi").map(drop).expect_err("the names are taken");
    linker.alias_module("nothing", "else").expect("there is nothing to define");
    let module = load(store.engine(), r#"(module (import "wasi" "f" (func (result i32))))"#);
    let module = module.expect("it is valid");
    let import = module.imports().next().expect("there is one");
    let found = linker.get_by_import(&mut store, &import).expect("the store is in reach");
    let func = found.and_then(vellum::Extern::into_func).expect("it is a function");
    let func = func.typed::<(), i32>(&store).expect("it is typed so");
    assert_eq!(func.call(&mut store, ()).expect("it returns"), 7);
}

#[test]
fn the_last_definition_counts_where_shadowing_is_allowed() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::<()>::new(store.engine());
    linker.func_wrap("host", "f", || 1).expect("the name is free");
    let mut other = linker.clone();
    other.allow_shadowing(true).func_wrap("host", "f", || 2).expect("it may be defined again");
    let both = [&linker, &other].map(|linker| {
        let func = linker.get(&mut store, "host", "f").expect("the store is in reach");
        let func = func.and_then(vellum::Extern::into_func).expect("it is a function");
        func.typed::<(), i32>(&store).unwrap().call(&mut store, ()).expect("it returns")
    });
    assert_eq!(both, [1, 2]);
    assert_eq!(names(&other, &mut store), ["host.f: func"]);
    other.clone().func_wrap("host", "f", || 3).expect("a clone allows what its original does");
    other.allow_shadowing(false).func_wrap("host", "f", || 3).map(drop).expect_err("no more");
}

#[test]
fn functions_that_nobody_defines_trap() {
    let mut store = Store::new(&engine(&PAGES), ());
    let mut linker = Linker::<()>::new(store.engine());
    linker.func_wrap("host", "known", || 5).expect("the name is free");
    let text = r#"(module
        (import "host" "known" (func $known (result i32)))
        (import "host" "lost" (func $lost (param i64) (result i32)))
        (func (export "known") (result i32) (call $known))
        (func (export "lost") (result i32) (call $lost (i64.const 1))))"#;
    let module = load(store.engine(), text).expect("it is valid");
    linker.define_unknown_imports_as_traps(&module).expect("it is the engine's");
    let instance = linker.instantiate(&mut store, &module).expect("it links");
    let mut call = |name| {
        let func = instance.get_typed_func::<(), i32>(&store, name).expect("it is exported");
        func.call(&mut store, ())
    };
    assert_eq!(call("known").expect("it is defined"), 5);
    let error = call("lost").expect_err("it is not");
    assert_eq!(error.to_string(), r#"unknown import: "host"."lost""#);
    // Other kinds stay undefined.
    let text = r#"(module (import "host" "memory" (memory 0)))"#;
    let module = load(store.engine(), text).expect("it is valid");
    linker.define_unknown_imports_as_traps(&module).expect("it is the engine's");
    let error = linker.instantiate(&mut store, &module).expect_err("there is no memory");
    assert!(matches!(error, Error::UnknownImport { .. }));
    let foreign = load(&engine(&PAGES), "(module)").expect("it is valid");
    let error = linker.define_unknown_imports_as_traps(&foreign).expect_err("it is another's");
    assert!(matches!(error, Error::WrongEngine));
}
