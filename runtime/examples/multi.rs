//! Functions with several results, of the guest and of the host.

use vellum::{Engine, Error, Linker, Module, Store};

const GUEST: &str = r#"(module
    (import "" "swap" (func $swap (param i32 i64) (result i64 i32)))
    (func (export "g") (param i32 i64) (result i64 i32)
        (call $swap (local.get 0) (local.get 1)))
    (func (export "round_trip_many")
        (param i64 i64 i64 i64 i64) (result i64 i64 i64 i64 i64)
        local.get 0 local.get 1 local.get 2 local.get 3 local.get 4))"#;

fn main() -> Result<(), Error> {
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    linker.func_wrap("", "swap", |a: i32, b: i64| (b + 1, a + 1))?;

    let module = Module::new(&engine, GUEST)?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module)?;

    let g = instance.get_typed_func::<(i32, i64), (i64, i32)>(&store, "g")?;
    println!("g(1, 3) = {:?}", g.call(&mut store, (1, 3))?);

    type Five = (i64, i64, i64, i64, i64);
    let many = instance.get_typed_func::<Five, Five>(&store, "round_trip_many")?;
    println!("round_trip_many = {:?}", many.call(&mut store, (0, 1, 2, 3, 4))?);
    Ok(())
}
