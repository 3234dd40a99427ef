//! A slice of a memory can't be kept while the memory grows.

use vellum::{Error, Memory, Store};

fn kept(store: &mut Store<()>, memory: Memory) -> Result<u8, Error> {
    let bytes = memory.data(&*store)?;
    memory.grow(&mut *store, 1)?;
    Ok(bytes[0])
}

fn main() {}
