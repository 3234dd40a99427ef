//! A structure laid over a guest's memory: host and guest see the same fields.

use vellum::{Engine, Error, Instance, Module, Store};
use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout,
    little_endian::{U16, U32},
};

/// The head of a block of data, in the byte order of guests.
#[derive(Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Header {
    magic: U32,
    version: U16,
    flags: U16,
    data_size: U32,
}

const HEADER: usize = 0x100;

const GUEST: &str = r#"(module
    (memory (export "memory") 1 1)
    (func (export "magic") (result i32) (i32.load (i32.const 0x100)))
    (func (export "set_flag") (param i32)
        (i32.store16 (i32.const 0x106)
            (i32.or (i32.load16_u (i32.const 0x106)) (local.get 0)))))"#;

fn main() -> Result<(), Error> {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &Module::new(&engine, GUEST)?, &[])?;
    let memory = instance.get_memory(&store, "memory")?;

    let header = Header {
        magic: 0x1234_5678.into(),
        version: 1.into(),
        flags: 0b1010.into(),
        data_size: 1024.into(),
    };
    memory.write_value(&mut store, HEADER, &header)?;
    println!("{}", memory.dump(&store, HEADER..HEADER + size_of::<Header>(), 16)?);

    let magic = instance.get_typed_func::<(), u32>(&store, "magic")?;
    println!("the guest reads {:#x}", magic.call(&mut store, ())?);

    instance.get_typed_func::<u32, ()>(&store, "set_flag")?.call(&mut store, 0b0001)?;
    let header = memory.view_mut::<Header, _>(&mut store, HEADER)?;
    header.data_size += 512;
    println!("version {}, flags {:#06b}, {} bytes", header.version, header.flags, header.data_size);
    Ok(())
}
