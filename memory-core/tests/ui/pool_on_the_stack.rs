//! A pool that leases is a static.

use vellum_memory::PagePool;

fn main() {
    let pool = PagePool::<[[u8; 16]; 4]>::new();
    let _lease = pool.lease(16);
}
