//! A module with an import and an export: the host calls the guest, which calls the host.

use vellum::{Caller, Engine, Error, Linker, Module, Store};

const GUEST: &str = r#"(module
    (import "" "hello" (func $hello))
    (func (export "run") (call $hello)))"#;

/// What the host keeps in the store.
struct Calls {
    greeting: &'static str,
    count: u32,
}

fn main() -> Result<(), Error> {
    let engine = Engine::default();
    let module = Module::new(&engine, GUEST)?;
    println!("imports: {:?}", module.imports().map(|import| import.name()).collect::<Vec<_>>());

    let mut linker = Linker::new(&engine);
    linker.func_wrap("", "hello", |mut caller: Caller<'_, Calls>| {
        println!("> {}", caller.data().greeting);
        caller.data_mut().count += 1;
    })?;

    let mut store = Store::new(&engine, Calls { greeting: "Hello from the host!", count: 0 });
    let instance = linker.instantiate(&mut store, &module)?;
    let run = instance.get_typed_func::<(), ()>(&store, "run")?;
    run.call(&mut store, ())?;
    run.call(&mut store, ())?;
    println!("calls: {}", store.data().count);
    Ok(())
}
