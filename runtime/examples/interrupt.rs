//! A guest that never ends, and the fuel that ends it.

use vellum::{Config, Engine, Error, Instance, Module, Store};

const GUEST: &str = r#"(module
    (global $rounds (export "rounds") (mut i32) (i32.const 0))
    (func (export "run") (param $rounds i32)
        (loop $next
            (global.set $rounds (i32.add (global.get $rounds) (i32.const 1)))
            (br_if $next (i32.ne (global.get $rounds) (local.get $rounds))))))"#;

fn main() -> Result<(), Error> {
    let engine = Engine::new(Config::default().consume_fuel(true))?;
    let module = Module::new(&engine, GUEST)?;
    let mut store = Store::new(&engine, ());
    store.set_fuel(10_000)?;

    let instance = Instance::new(&mut store, &module, &[])?;
    let run = instance.get_typed_func::<i32, ()>(&store, "run")?;
    run.call(&mut store, 10)?;
    println!("10 rounds: fuel is left: {}", store.get_fuel()? > 0);

    let error = run.call(&mut store, 0).unwrap_err();
    println!("without end: {error}");
    assert!(matches!(error, Error::OutOfFuel));

    // The store is good for further calls.
    store.set_fuel(10_000)?;
    let rounds = instance.get_global(&store, "rounds")?;
    rounds.set(&mut store, 0.into())?;
    run.call(&mut store, 20)?;
    println!("20 rounds: {:?}", rounds.get(&store)?);
    Ok(())
}
