//! A guest's memory: read, write, grow, and what lies outside.

use vellum::{Engine, Error, Instance, Memory, MemoryType, Module, Store};

const GUEST: &str = r#"(module
    (memory (export "memory") 2 3)
    (data (i32.const 0x1000) "\01\02\03\04")
    (func (export "load") (param i32) (result i32) (i32.load8_s (local.get 0)))
    (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))"#;

fn main() -> Result<(), Error> {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let module = Module::new(&engine, GUEST)?;
    let instance = Instance::new(&mut store, &module, &[])?;
    let memory = instance.get_memory(&store, "memory")?;
    let load = instance.get_typed_func::<i32, i32>(&store, "load")?;
    let set = instance.get_typed_func::<(i32, i32), ()>(&store, "store")?;

    println!("pages: {}, bytes: {:#x}", memory.size(&store)?, memory.data_size(&store)?);
    println!("bytes at 0x1000: {:?}", memory.slice(&store, 0x1000..0x1004)?);

    memory.write(&mut store, 0x1003, &[5])?;
    set.call(&mut store, (0x1002, 6))?;
    println!("guest reads {}", load.call(&mut store, 0x1003)?);
    println!("host reads {}", memory.read_value::<u8>(&store, 0x1002)?);
    println!("{}", memory.dump(&store, 0x1000..0x1008, 8)?);

    println!("guest: {}", load.call(&mut store, 0x20000).unwrap_err());
    println!("host: {}", memory.write(&mut store, 0x1ffff, &[1, 2]).unwrap_err());

    println!("grows from {} pages", memory.grow(&mut store, 1)?);
    println!("guest reads {} in the new page", load.call(&mut store, 0x20000)?);
    println!("host: {}", memory.grow(&mut store, 1).unwrap_err());

    // The host makes memories too. Without a maximum one grows as far as addresses reach.
    let own = Memory::new(&mut store, MemoryType::new(1, None))?;
    own.grow(&mut store, 9)?;
    println!("own: {} of {} bytes", own.data_size(&store)?, own.capacity(&store)?);
    Ok(())
}
