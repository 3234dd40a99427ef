//! A view does not outlive its memory.

use vellum_memory::{AccessError, LinearMemory, MemoryAccess};

fn value(memory: LinearMemory) -> Result<u32, AccessError> {
    let view = memory.view::<u32>(0)?;
    drop(memory);
    Ok(*view)
}

fn main() {}
