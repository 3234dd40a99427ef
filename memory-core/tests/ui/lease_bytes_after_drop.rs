//! A lease's bytes end with it.

use vellum_memory::{PAGE_SIZE, PagePool};

static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();

fn main() {
    let mut lease = POOL.lease(1).unwrap();
    let bytes = lease.bytes_mut();
    drop(lease);
    bytes.fill(1);
}
