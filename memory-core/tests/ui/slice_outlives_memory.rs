//! A slice does not outlive its memory.

use vellum_memory::{LinearMemory, MemoryAccess};

fn bytes(memory: LinearMemory) -> &'static [u8] {
    memory.data()
}

fn main() {}
