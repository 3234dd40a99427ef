//! A view is of a type that any bytes are a value of.

use vellum_memory::{AccessError, LinearMemory, MemoryAccess};

fn flag(memory: &LinearMemory) -> Result<bool, AccessError> {
    memory.view::<bool>(0).copied()
}

fn main() {}
