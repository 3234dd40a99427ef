//! A pool is made of bytes, nothing else.

use vellum_memory::PagePool;

static POOL: PagePool<[u32; 1024]> = PagePool::new();

fn main() {
    println!("{}", POOL.capacity());
}
