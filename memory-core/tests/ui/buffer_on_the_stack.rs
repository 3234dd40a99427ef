//! A lease of a buffer lives as long as it likes, so the buffer must be a static.

use vellum_memory::StaticBuffer;

fn main() {
    let buffer = StaticBuffer::<[u8; 16]>::new();
    let lease = buffer.take().unwrap();
    drop(lease);
}
