//! What a dump shows does not change under it.

use vellum_memory::{AccessError, LinearMemory, MemoryAccess};

fn show(memory: &mut LinearMemory) -> Result<(), AccessError> {
    let dump = memory.dump(0..16, 16);
    memory.write(0, &[1])?;
    println!("{dump}");
    Ok(())
}

fn main() {}
