//! A slice of a memory can't outlive the store.

use vellum::{Error, Memory, Store};

fn kept(store: Store<()>, memory: Memory) -> Result<u8, Error> {
    let bytes = memory.data(&store)?;
    drop(store);
    Ok(bytes[0])
}

fn main() {}
