//! A structure laid over a memory can't be kept while a guest runs.

use vellum::{Error, Memory, Store, TypedFunc};

fn kept(store: &mut Store<()>, memory: Memory, f: TypedFunc<(), ()>) -> Result<(), Error> {
    let number = memory.view_mut::<u32, ()>(&mut *store, 0)?;
    f.call(&mut *store, ())?;
    *number += 1;
    Ok(())
}

fn main() {}
