//! One memory, four stores: three workers write to it at once, each in a store of its own, and the
//! main store waits for them and reads what they wrote.

use alloc::{boxed::Box, string::String, vec::Vec};

use vellum::{Config, Engine, Error, MemoryType, Module, PAGE_SIZE, PagePool, SharedMemory};

use super::text;
use crate::{Console, Work, Worker};

/// Bytes of pool: a memory of up to five pages.
pub const NEEDS: usize = 5 * PAGE_SIZE;
/// How many workers there are.
pub const WORKERS: u32 = 3;
/// Bytes between what two workers write.
const STRIDE: usize = 32;
/// Bytes that each of them writes.
const LENGTH: usize = 18;

/// The guest of all four stores.
pub static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/worker.wasm"));

/// What the example saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The memory's type.
    pub ty: MemoryType,
    /// What each worker wrote.
    pub written: Vec<String>,
}

/// Runs the example.
///
/// # Errors
///
/// None where the pool has [`NEEDS`] bytes free.
pub fn run(console: &impl Console, pages: &'static PagePool) -> Result<Observed, Error> {
    let mut config = Config::new();
    config.page_pool(pages).threads(true).slice(10).platform(console.threads());
    let engine = Engine::new(config.concurrent_calls(1 + WORKERS as usize))?;
    let memory = SharedMemory::new(&engine, MemoryType::new(1, Some(5)))?;
    let module = Module::new(&engine, GUEST)?;
    let ty = memory.ty();
    let sharing = if ty.is_shared() { "shared" } else { "private" };
    let (minimum, maximum) = (ty.minimum(), ty.maximum().unwrap_or_default());
    console.line(format_args!("A {sharing} memory of {minimum} to {maximum} pages"));

    let mut workers: Vec<Box<dyn Work>> = Vec::new();
    for number in 0..WORKERS {
        workers.push(Worker::new(&memory, &module, "work", &[number])?);
    }
    console.at_once(workers)?;

    Worker::new(&memory, &module, "wait", &[WORKERS])?.run()?;
    let mut written = Vec::new();
    for number in 0..WORKERS as usize {
        let mut bytes = [0; LENGTH];
        memory.read(number * STRIDE, &mut bytes)?;
        console.line(format_args!("At {}: {}", number * STRIDE, text(&bytes)));
        written.push(text(&bytes));
    }
    Ok(Observed { ty, written })
}
