//! Growth up to the maximum, and accesses beyond the bounds.

use vellum::{AccessError, Error, Memory, MemoryError, MemoryType, PAGE_SIZE, PagePool, Store};

use super::engine;
use crate::Console;

/// Bytes of pool: the memory's maximum.
pub const NEEDS: usize = 3 * PAGE_SIZE;

const FILL: u8 = 0xAA;
const PAGE_TWO: &[u8] = b"page two";

/// What the example saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Bytes of the first page that held the fill value at the end.
    pub filled: usize,
    /// Why writing past the end failed.
    pub past_end: Option<AccessError>,
    /// Pages before growing.
    pub previous_pages: u64,
    /// What page two held before it was written to: zeros.
    pub fresh: [u8; PAGE_TWO.len()],
    /// What page two held afterwards.
    pub page_two: [u8; PAGE_TWO.len()],
    /// Why growing past the maximum failed.
    pub past_maximum: Option<MemoryError>,
    /// Pages at the end.
    pub pages: u64,
}

/// Runs the example.
///
/// # Errors
///
/// None where the pool holds [`NEEDS`] bytes.
pub fn run(console: &impl Console, pages: &'static PagePool) -> Result<Observed, Error> {
    let engine = engine(pages)?;
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(3)))?;

    memory.data_mut(&mut store)?.fill(FILL);
    console.line(format_args!("Filled {} bytes with {FILL:#04x}", memory.data_size(&store)?));

    let past_end = match memory.write(&mut store, PAGE_SIZE, PAGE_TWO) {
        Err(Error::Access(error)) => Some(error),
        result => result.map(|()| None)?,
    };
    if let Some(error) = past_end {
        console.line(format_args!("Writing past the end failed: {error}"));
    }

    let previous_pages = memory.grow(&mut store, 1)?;
    console
        .line(format_args!("Memory grown from {previous_pages} to {} pages", memory.size(&store)?));
    let fresh = memory.read_value(&store, PAGE_SIZE)?;
    memory.write(&mut store, PAGE_SIZE, PAGE_TWO)?;
    let page_two = memory.read_value(&store, PAGE_SIZE)?;
    console.line(format_args!("Wrote {} bytes to page two", PAGE_TWO.len()));

    let past_maximum = match memory.grow(&mut store, 2) {
        Err(Error::Memory(error)) => Some(error),
        result => result.map(|_| None)?,
    };
    if let Some(error) = past_maximum {
        console.line(format_args!("Growing past the maximum failed: {error}"));
    }

    let first = memory.slice(&store, 0..PAGE_SIZE)?;
    Ok(Observed {
        filled: first.iter().filter(|&&byte| byte == FILL).count(),
        past_end,
        previous_pages,
        fresh,
        page_two,
        past_maximum,
        pages: memory.size(&store)?,
    })
}
