//! The module `spectest` that scripts import from.

use std::collections::HashMap;
use vellum::{
    Engine, Error, Extern, Func, Global, Memory, MemoryType, Mutability, Ref, RefType, Store,
    Table, TableType, Val,
};

/// What `spectest` exports, by name.
pub(crate) fn exports(
    engine: &Engine,
    store: &mut Store<()>,
) -> Result<HashMap<String, Extern>, Error> {
    let table = TableType::new(RefType::Func, 10, Some(20));
    let constant = Mutability::Const;
    let mut exports: Vec<(&str, Extern)> = vec![
        ("global_i32", Global::new(&mut *store, Val::I32(666), constant)?.into()),
        ("global_i64", Global::new(&mut *store, Val::I64(666), constant)?.into()),
        ("global_f32", Global::new(&mut *store, Val::from(666.6_f32), constant)?.into()),
        ("global_f64", Global::new(&mut *store, Val::from(666.6_f64), constant)?.into()),
        ("memory", Memory::new(&mut *store, MemoryType::new(1, Some(2)))?.into()),
        ("table", Table::new(&mut *store, table, Ref::null(RefType::Func))?.into()),
        ("print", Func::wrap(&mut *store, || {}).into()),
        ("print_i32", Func::wrap(&mut *store, |_: i32| {}).into()),
        ("print_i64", Func::wrap(&mut *store, |_: i64| {}).into()),
        ("print_f32", Func::wrap(&mut *store, |_: f32| {}).into()),
        ("print_f64", Func::wrap(&mut *store, |_: f64| {}).into()),
        ("print_i32_f32", Func::wrap(&mut *store, |_: i32, _: f32| {}).into()),
        ("print_f64_f64", Func::wrap(&mut *store, |_: f64, _: f64| {}).into()),
    ];
    if cfg!(feature = "memory64") {
        exports.push(("table64", table64(engine, store)?));
    }
    Ok(exports.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A table indexed with `i64`, which only a module can make.
fn table64(engine: &Engine, store: &mut Store<()>) -> Result<Extern, Error> {
    let text = r#"(module (table (export "table64") i64 10 20 funcref))"#;
    let module = vellum::Module::new(engine, wat::parse_str(text).map_err(Error::host)?)?;
    let instance = vellum::Instance::new(&mut *store, &module, &[])?;
    Ok(instance.get_table(store, "table64")?.into())
}
