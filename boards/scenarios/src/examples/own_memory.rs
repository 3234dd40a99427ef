//! A module defines and exports its own memory; host and guest see the same bytes.

use alloc::{string::String, vec::Vec};

use vellum::{Config, Engine, Error, Linker, Module, PAGE_SIZE, PagePool, Store};

use super::text;
use crate::Console;

/// Bytes of pool: the memory has one page.
pub const NEEDS: usize = PAGE_SIZE;

/// The guest, whose memory has 1 to 10 pages.
pub static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/own_memory.wasm"));

/// Where the guest writes.
const OFFSET: u32 = 10;

/// What the example saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Pages of the guest's memory.
    pub pages: u64,
    /// What the host found in the guest's memory.
    pub written: String,
    /// Offset and value of each byte, as the guest tells when it is called.
    pub bytes: Vec<(u32, u8)>,
}

/// Runs the example.
///
/// # Errors
///
/// None where the pool holds [`NEEDS`] bytes.
pub fn run(console: &impl Console, pages: &'static PagePool) -> Result<Observed, Error> {
    // On a small chip the memory may not reserve the ten pages that it declares.
    let maximum = (pages.largest_free() / PAGE_SIZE) as u64;
    let engine = Engine::new(Config::new().page_pool(pages).memory_maximum(maximum))?;
    let module = Module::new(&engine, GUEST)?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module)?;
    let memory = instance.get_memory(&store, "memory")?;
    let write_hello = instance.get_typed_func::<u32, u32>(&store, "write_hello")?;
    let read_byte = instance.get_typed_func::<u32, u32>(&store, "read_byte")?;

    let length = write_hello.call(&mut store, OFFSET)?;
    let range = OFFSET as usize..(OFFSET + length) as usize;
    let written = text(memory.slice(&store, range)?);
    console.line(format_args!("The guest wrote: {written}"));

    let mut bytes = Vec::new();
    for offset in OFFSET..OFFSET + length {
        let byte = read_byte.call(&mut store, offset)? as u8;
        console.line(format_args!("Byte at {offset}: {byte} ('{}')", byte.escape_ascii()));
        bytes.push((offset, byte));
    }
    Ok(Observed { pages: memory.size(&store)?, written, bytes })
}
