//! To have a lease's bytes for good is a promise that safe code can't make.

use vellum_memory::{PAGE_SIZE, PagePool};

static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();

fn main() {
    let mut lease = POOL.lease(1).unwrap();
    lease.as_static_mut().fill(1);
}
