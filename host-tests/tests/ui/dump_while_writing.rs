//! What a dump shows can't change under it.

use vellum::{Error, Memory, Store};

fn kept(store: &mut Store<()>, memory: Memory) -> Result<String, Error> {
    let dump = memory.dump(&*store, 0..16, 16)?;
    memory.write(&mut *store, 0, b"changed")?;
    Ok(dump.to_string())
}

fn main() {}
