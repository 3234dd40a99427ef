#![no_std]
//! Page-granular linear memory over static buffers, with no allocator and no interpreter.

#[macro_use]
mod text;

mod access;
mod arena;
mod dump;
mod error;
mod lease;
mod linear;
mod pool;
mod size;
mod storage;
mod table;
mod ty;

pub use access::MemoryAccess;
pub use dump::Dump;
pub use error::{AccessError, MemoryError, OutOfPages, TypeError};
pub use lease::Lease;
pub use linear::LinearMemory;
pub use pool::{PagePool, PoolStats};
pub use size::PAGE_SIZE;
pub use storage::{Granules, Storage};
pub use table::MAX_LEASES;
pub use ty::{MemoryType, MemoryTypeBuilder};

#[cfg(test)]
mod tests {
    use super::*;

    static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();

    #[test]
    fn a_memory_grows_on_the_pool_and_gives_its_pages_back() {
        let mut memory = LinearMemory::new(&POOL, MemoryType::new(1, Some(3))).unwrap();
        memory.write(PAGE_SIZE - 5, b"Hello").unwrap();
        assert_eq!(memory.grow(2), Ok(1));
        assert_eq!(memory.slice(PAGE_SIZE - 5..PAGE_SIZE), Ok(&b"Hello"[..]));
        assert_eq!(POOL.free(), PAGE_SIZE);
        drop(memory);
        assert_eq!(POOL.free(), 4 * PAGE_SIZE);
    }
}
