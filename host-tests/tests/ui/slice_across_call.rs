//! A slice of a memory can't be kept while a guest runs.

use vellum::{Error, Memory, Store, TypedFunc};

fn kept(store: &mut Store<()>, memory: Memory, f: TypedFunc<(), ()>) -> Result<u8, Error> {
    let bytes = memory.slice(&*store, 0..8)?;
    f.call(&mut *store, ())?;
    Ok(bytes[0])
}

fn main() {}
