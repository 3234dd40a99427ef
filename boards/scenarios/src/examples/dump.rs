//! The hex dump of a memory.

use alloc::string::{String, ToString};

use vellum::{Error, Memory, MemoryType, PAGE_SIZE, PagePool, Store};

use super::engine;
use crate::Console;

/// Bytes of pool: the memory has one page.
pub const NEEDS: usize = PAGE_SIZE;

const TEXT: &[u8] = b"Hello, WebAssembly World!";
const BYTES: [u8; 7] = [0x00, 0x01, 0x02, 0x03, 0xFF, 0xFE, 0xFD];

/// What the example saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The dump.
    pub dump: String,
}

/// Runs the example.
///
/// # Errors
///
/// None where the pool holds [`NEEDS`] bytes.
pub fn run(console: &impl Console, pages: &'static PagePool) -> Result<Observed, Error> {
    let engine = engine(pages)?;
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1)))?;
    memory.write(&mut store, 0, TEXT)?;
    memory.write(&mut store, TEXT.len(), &BYTES)?;
    let dump = memory.dump(&store, 0..TEXT.len() + BYTES.len(), 16)?;
    console.line(format_args!("{dump}"));
    Ok(Observed { dump: dump.to_string() })
}
