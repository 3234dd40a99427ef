//! Waits of the host, and what it sees of a memory that guests use.

use crate::setup::{engine, memory};
use std::{thread, time::Duration};
use vellum::{Memory, MemoryType, SharedMemory, Store, Trap, WaitResult};

const LONG: Option<Duration> = Some(Duration::from_secs(30));

fn notified(memory: &SharedMemory, address: u64) {
    while memory.atomic_notify(address, 1).unwrap() == 0 {
        thread::yield_now();
    }
}

#[test]
fn a_wait_for_64_bits_ends_when_it_is_notified() {
    let engine = engine(100);
    let memory = memory(&engine);
    memory.atomic_store(16, 1_u64 << 40).unwrap();
    assert_eq!(memory.atomic_wait64(16, 0, LONG).unwrap(), WaitResult::Mismatch);
    for timeout in [None, LONG] {
        thread::scope(|scope| {
            // The very handle in which one waits is lent to the other.
            let waiting = scope.spawn(|| memory.atomic_wait64(16, 1 << 40, timeout));
            notified(&memory, 16);
            assert_eq!(waiting.join().unwrap().unwrap(), WaitResult::Ok);
        });
    }
    let error = memory.atomic_wait64(20, 0, LONG).unwrap_err();
    assert!(matches!(error, vellum::Error::Trap(Trap::UnalignedAtomic)), "{error}");
}

#[test]
fn the_address_of_a_shared_memory_is_that_of_its_views() {
    let engine = engine(100);
    let memory = memory(&engine);
    let (mut first, mut second) = (Store::new(&engine, ()), Store::new(&engine, ()));
    let views = [memory.as_memory(&mut first).unwrap(), memory.as_memory(&mut second).unwrap()];
    let address = memory.data_ptr().unwrap();
    assert_eq!(views[0].data_ptr(&first).unwrap(), address);
    assert_eq!(views[1].data_ptr(&second).unwrap(), address);
    memory.grow(1).unwrap();
    assert_eq!(memory.data_ptr().unwrap(), address);
    memory.with(|bytes| assert_eq!(bytes.as_mut_ptr(), address)).unwrap();
    let other = Memory::new(&mut first, MemoryType::new(1, Some(1))).unwrap();
    assert_ne!(other.data_ptr(&first).unwrap(), address);
    let mut elsewhere = Store::new(&crate::setup::engine(100), ());
    let view = memory.as_memory(&mut elsewhere).unwrap();
    assert_eq!(view.data_ptr(&elsewhere).unwrap(), address);
}

#[test]
fn looking_at_a_memory_takes_the_lock_once() {
    let engine = engine(100);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let view = memory.as_memory(&mut store).unwrap();
    let before = memory.lock_stats().acquisitions;
    view.write_value(&mut store, 0, &7_u32).unwrap();
    assert_eq!(view.read_value::<u32>(&store, 0).unwrap(), 7);
    view.size(&store).unwrap();
    view.data_size(&store).unwrap();
    view.grow(&mut store, 1).unwrap();
    assert_eq!(memory.lock_stats().acquisitions - before, 5);
}
