//! Bytes of a shared memory are borrowed only while it is locked.

use vellum_memory::{MemoryAccess, SharedMemory};

fn first(memory: &SharedMemory) -> &[u8] {
    memory.lock().unwrap().slice(0..4).unwrap()
}

fn kept(memory: &SharedMemory) -> usize {
    let mut kept = None;
    memory.with(|guard| kept = Some(guard.data())).unwrap();
    kept.unwrap().len()
}

fn main() {}
