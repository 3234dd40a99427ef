//! There is one way at a time to write, even to two memories.

use vellum::{Error, Memory, Store};

fn both(store: &mut Store<()>, a: Memory, b: Memory) -> Result<(), Error> {
    let a = a.data_mut(&mut *store)?;
    let b = b.data_mut(&mut *store)?;
    a.copy_from_slice(b);
    Ok(())
}

fn main() {}
