//! Threads lease, write and give back at once, and never meet in a byte.

mod together;

use std::thread;

use together::together;
use vellum_memory::{LinearMemory, MemoryAccess, MemoryError, MemoryType, PAGE_SIZE, PagePool};

const ROUNDS: usize = if cfg!(miri) { 25 } else { 20_000 };

/// Numbers that look random, the same on each run.
struct Sequence(u32);

impl Sequence {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % limit
    }
}

#[test]
fn leases_of_different_threads_have_no_byte_in_common() {
    static POOL: PagePool<[[u8; 16]; 24]> = PagePool::new();

    together(|thread| {
        let id = thread as u8 + 1;
        let mut sequence = Sequence(thread as u32 + 1);
        let mut held = Vec::new();
        for _ in 0..ROUNDS {
            if held.len() < 3 {
                match POOL.lease(1 + sequence.below(100)) {
                    Ok(mut lease) => {
                        assert!(lease.bytes().iter().all(|&byte| byte == 0));
                        lease.bytes_mut().fill(id);
                        held.push(lease);
                    }
                    Err(refusal) => assert!(refusal.needed > refusal.largest, "{refusal}"),
                }
            }
            let stats = POOL.stats();
            assert_eq!(stats.leased + stats.free, stats.capacity);
            assert!(held.iter().all(|lease| lease.bytes().iter().all(|&byte| byte == id)));
            if !held.is_empty() && sequence.below(2) == 0 {
                held.swap_remove(sequence.below(held.len()));
            }
        }
    });

    let stats = POOL.stats();
    assert_eq!((stats.leases, stats.free), (0, stats.capacity));
    assert_eq!(stats.largest_free, stats.capacity);
    assert!(stats.high_water <= stats.capacity);
}

#[test]
fn memories_of_different_threads_grow_side_by_side() {
    static POOL: PagePool<[u8; 6 * PAGE_SIZE]> = PagePool::new();

    together(|thread| {
        for round in 0..ROUNDS / 20 + 1 {
            let mut memory = match LinearMemory::new(&POOL, MemoryType::new(1, Some(2))) {
                Ok(memory) => memory,
                Err(MemoryError::OutOfPages(refusal)) if refusal.needed > refusal.largest => {
                    continue;
                }
                Err(error) => panic!("{error}"),
            };
            let mark = (thread * ROUNDS + round) as u64;
            memory.write_value(PAGE_SIZE - 8, &mark).unwrap();
            assert_eq!(memory.grow(1), Ok(1));
            memory.write_value(2 * PAGE_SIZE - 8, &mark).unwrap();
            thread::yield_now();
            assert_eq!(memory.read_value(PAGE_SIZE - 8), Ok(mark));
            assert_eq!(memory.read_value(2 * PAGE_SIZE - 8), Ok(mark));
            assert_eq!(memory.read_value::<u64>(PAGE_SIZE), Ok(0));
        }
    });

    assert_eq!(POOL.largest_free(), POOL.capacity());
}

#[test]
fn the_first_use_of_a_pool_may_come_from_any_thread() {
    static POOLS: [PagePool<[[u8; 16]; 4]>; 50] = [const { PagePool::new() }; 50];

    together(|_| {
        for pool in &POOLS {
            assert_eq!(pool.lease(16).unwrap().bytes(), [0; 16]);
            assert_eq!(pool.granule(), 16);
        }
    });
}
