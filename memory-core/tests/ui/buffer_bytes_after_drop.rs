//! Bytes of a buffer are not reached after it was given back.

use vellum_memory::StaticBuffer;

static BUFFER: StaticBuffer<[u8; 16]> = StaticBuffer::new();

fn main() {
    let lease = BUFFER.take().unwrap();
    let bytes = &*lease;
    drop(lease);
    assert_eq!(bytes.len(), 16);
}
