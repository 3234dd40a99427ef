//! Makes a memory, writes, reads back, grows.

use alloc::string::String;

use vellum::{Error, Memory, MemoryType, PAGE_SIZE, PagePool, Store};

use super::{engine, text};
use crate::Console;

/// Bytes of pool: the memory grows to three pages.
pub const NEEDS: usize = 3 * PAGE_SIZE;

const GREETING: &[u8] = b"Hello from Vellum!";

/// What the example saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Pages at the start.
    pub initial_pages: u64,
    /// Bytes at the start.
    pub initial_bytes: usize,
    /// What was read back.
    pub read_back: String,
    /// Pages before growing, as `grow` tells.
    pub previous_pages: u64,
    /// Pages after growing.
    pub pages: u64,
    /// Bytes after growing.
    pub bytes: usize,
}

/// Runs the example.
///
/// # Errors
///
/// None where the pool holds [`NEEDS`] bytes.
pub fn run(console: &impl Console, pages: &'static PagePool) -> Result<Observed, Error> {
    let engine = engine(pages)?;
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(10)))?;

    let initial_pages = memory.size(&store)?;
    let initial_bytes = memory.data_size(&store)?;
    console.line(format_args!("Initial memory: {initial_pages} pages ({initial_bytes} bytes)"));

    memory.write(&mut store, 0, GREETING)?;
    let mut buffer = [0; GREETING.len()];
    memory.read(&store, 0, &mut buffer)?;
    let read_back = text(&buffer);
    console.line(format_args!("Read back: {read_back}"));

    let previous_pages = memory.grow(&mut store, 2)?;
    let grown = memory.size(&store)?;
    console.line(format_args!("Memory grown from {previous_pages} to {grown} pages"));

    Ok(Observed {
        initial_pages,
        initial_bytes,
        read_back,
        previous_pages,
        pages: grown,
        bytes: memory.data_size(&store)?,
    })
}
