//! A buffer that is lent to a module can't be written.

use vellum::{Engine, Error, Module, StaticBuffer};

static BUFFER: StaticBuffer<[u8; 64]> = StaticBuffer::new();

fn load(engine: &Engine) -> Result<Module, Error> {
    let mut buffer = BUFFER.take().map_err(Error::host)?;
    let module = Module::new(engine, buffer)?;
    buffer.fill(0);
    Ok(module)
}

fn main() {}
