//! The module `spectest` that scripts import from.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use vellum::{
    Engine, Error, Extern, Func, Global, Memory, MemoryType, Mutability, Ref, RefType,
    SharedMemory, Store, Table, TableType, Val,
};

/// A module with a table of 64-bit indices.
static TABLE64: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/table64.wasm"));

/// What `spectest` exports, by name.
pub(super) fn exports(
    engine: &Engine,
    store: &mut Store<()>,
    threads: bool,
) -> Result<BTreeMap<String, Extern>, Error> {
    let table = TableType::new(RefType::Func, 10, Some(20));
    let constant = Mutability::Const;
    let mut exports: Vec<(&str, Extern)> = vec![
        ("global_i32", Global::new(&mut *store, Val::I32(666), constant)?.into()),
        ("global_i64", Global::new(&mut *store, Val::I64(666), constant)?.into()),
        ("global_f32", Global::new(&mut *store, Val::from(666.6_f32), constant)?.into()),
        ("global_f64", Global::new(&mut *store, Val::from(666.6_f64), constant)?.into()),
        ("memory", Memory::new(&mut *store, MemoryType::new(1, Some(2)))?.into()),
        ("table", Table::new(&mut *store, table, Ref::null(RefType::Func))?.into()),
        ("print", Func::wrap(&mut *store, || {})?.into()),
        ("print_i32", Func::wrap(&mut *store, |_: i32| {})?.into()),
        ("print_i64", Func::wrap(&mut *store, |_: i64| {})?.into()),
        ("print_f32", Func::wrap(&mut *store, |_: f32| {})?.into()),
        ("print_f64", Func::wrap(&mut *store, |_: f64| {})?.into()),
        ("print_i32_f32", Func::wrap(&mut *store, |_: i32, _: f32| {})?.into()),
        ("print_f64_f64", Func::wrap(&mut *store, |_: f64, _: f64| {})?.into()),
    ];
    if threads {
        let shared = SharedMemory::new(engine, MemoryType::shared(1, 2))?;
        exports.push(("shared_memory", shared.as_memory(&mut *store)?.into()));
    }
    // A runtime without 64-bit tables does not load the module.
    if let Ok(module) = vellum::Module::new(engine, TABLE64) {
        let instance = vellum::Instance::new(&mut *store, &module, &[])?;
        exports.push(("table64", instance.get_table(&*store, "table64")?.into()));
    }
    Ok(exports.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}
