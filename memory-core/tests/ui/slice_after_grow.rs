//! A slice ends before the memory grows.

use vellum_memory::{LinearMemory, MemoryAccess};

fn first_after_growth(memory: &mut LinearMemory) -> Option<u8> {
    let bytes = memory.data();
    memory.grow(1).ok()?;
    bytes.first().copied()
}

fn main() {}
