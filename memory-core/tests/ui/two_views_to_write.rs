//! Only one view may write at a time.

use vellum_memory::{AccessError, LinearMemory, MemoryAccess};

fn swap(memory: &mut LinearMemory) -> Result<(), AccessError> {
    let first = memory.view_mut::<u32>(0)?;
    let second = memory.view_mut::<u32>(4)?;
    core::mem::swap(first, second);
    Ok(())
}

fn main() {}
