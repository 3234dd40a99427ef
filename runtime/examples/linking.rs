//! Two modules: one imports the functions and the memory of the other.

use vellum::{Caller, Engine, Error, Linker, Module, Store};

const LIBRARY: &str = r#"(module
    (import "host" "print" (func $print (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "Hello, world!\n")
    (func (export "double") (param i32) (result i32)
        (i32.mul (local.get 0) (i32.const 2)))
    (func (export "log") (param i32 i32) (call $print (local.get 0) (local.get 1))))"#;

const PROGRAM: &str = r#"(module
    (import "library" "double" (func $double (param i32) (result i32)))
    (import "library" "log" (func $log (param i32 i32)))
    (import "library" "memory" (memory 1))
    (data (i32.const 0x100) "twice two is ?")
    (func (export "run")
        (call $log (i32.const 0) (i32.const 13))
        (i32.store8 (i32.const 0x10d)
            (i32.add (i32.const 48) (call $double (i32.const 2))))
        (call $log (i32.const 0x100) (i32.const 14))))"#;

fn main() -> Result<(), Error> {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let print = |mut caller: Caller<'_, ()>, address: u32, length: u32| {
        let memory = caller.memory().ok_or_else(|| Error::host("the guest has no memory"))?;
        let start = address as usize;
        let end = start.saturating_add(length as usize);
        println!("{}", String::from_utf8_lossy(memory.slice(&caller, start..end)?));
        Ok::<(), Error>(())
    };
    linker.func_wrap("host", "print", print)?;

    let library = linker.instantiate(&mut store, &Module::new(&engine, LIBRARY)?)?;
    linker.instance(&mut store, "library", library)?;
    let program = linker.instantiate(&mut store, &Module::new(&engine, PROGRAM)?)?;
    program.get_typed_func::<(), ()>(&store, "run")?.call(&mut store, ())
}
