//! A lease has one owner.

use vellum_memory::{Lease, PAGE_SIZE, PagePool};

static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();

fn two_owners(lease: Lease) -> (Lease, Lease) {
    (lease, lease)
}

fn main() {
    let lease = POOL.lease(1).unwrap();
    let copy = lease.clone();
    two_owners(copy);
}
