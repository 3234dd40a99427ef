//! The host's side of a shared memory.

use crate::setup::{config, engine, guest, memory};
use std::{thread, time::Duration};
use vellum::{
    AccessError, AtomicRmw, Config, ConfigError, Engine, Error, ImportMismatch, Mailbox, Memory,
    MemoryType, PAGE_SIZE, PagePool, SharedMemory, Store, Trap, WaitResult,
};

#[test]
fn types_are_reported_as_shared() {
    let engine = engine(100);
    let memory = SharedMemory::new(&engine, MemoryType::new(1, Some(3))).unwrap();
    assert_eq!(memory.ty(), MemoryType::shared(1, 3));
    assert_eq!((memory.size().unwrap(), memory.page_size()), (1, PAGE_SIZE as u64));
    let mut store = Store::new(&engine, ());
    let view = memory.as_memory(&mut store).unwrap();
    assert_eq!(view.ty(&store).unwrap(), MemoryType::shared(1, 3));
}

#[test]
fn a_type_without_a_maximum_is_refused() {
    let engine = engine(100);
    assert!(matches!(SharedMemory::new(&engine, MemoryType::new(1, None)), Err(Error::Memory(_))));
    assert!(matches!(
        SharedMemory::new(&engine, MemoryType::new64(1, Some(2))),
        Err(Error::Memory(_))
    ));
    let alone = Engine::new(config().threads(false)).unwrap();
    let refused = SharedMemory::new(&alone, MemoryType::shared(1, 2));
    assert!(matches!(refused, Err(Error::Config(ConfigError::Threads))));
}

#[test]
fn growth_is_seen_by_all() {
    let engine = engine(100);
    let memory = memory(&engine);
    let mut first = Store::new(&engine, 1);
    let mut second = Store::new(&engine, "two");
    let text = r#"(module (import "env" "memory" (memory 1 2 shared))
        (func (export "size") (result i32) (memory.size))
        (func (export "grow") (result i32) (memory.grow (i32.const 1))))"#;
    let a = guest(&mut first, &memory, text).unwrap();
    let b = guest(&mut second, &memory, text).unwrap();
    let grow = a.get_typed_func::<(), i32>(&first, "grow").unwrap();
    assert_eq!(grow.call(&mut first, ()).unwrap(), 1);
    let size = b.get_typed_func::<(), i32>(&second, "size").unwrap();
    assert_eq!(size.call(&mut second, ()).unwrap(), 2);
    assert_eq!((memory.size().unwrap(), memory.data_len().unwrap()), (2, 2 * PAGE_SIZE));
    assert!(matches!(memory.grow(1), Err(Error::Memory(_))));
    assert_eq!(grow.call(&mut first, ()).unwrap(), -1);
}

#[test]
fn all_or_nothing() {
    let engine = engine(100);
    let memory = memory(&engine);
    memory.write(16, b"shared").unwrap();
    let mut bytes = [0; 6];
    memory.read(16, &mut bytes).unwrap();
    assert_eq!(&bytes, b"shared");
    let error = memory.write(PAGE_SIZE - 2, b"past").unwrap_err();
    assert!(matches!(error, Error::Access(AccessError::OutOfBounds { .. })), "{error}");
    assert_eq!(memory.read_value::<u16>(PAGE_SIZE - 2).unwrap(), 0);
    assert!(matches!(
        memory.atomic_load::<u32>(2),
        Err(Error::Access(AccessError::Misaligned { .. }))
    ));
    assert_eq!(memory.atomic_rmw(32, AtomicRmw::Or, 5_u64).unwrap(), 0);
    assert_eq!(memory.atomic_compare_exchange(32, 5_u64, 6).unwrap(), 5);
    memory.atomic_store(32, 7_u64).unwrap();
    assert_eq!(memory.with(|bytes| bytes[32]).unwrap(), 7);
}

#[test]
fn bytes_are_borrowed_under_the_lock_only() {
    let engine = engine(100);
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).unwrap();
    assert!(matches!(memory.data(&store), Err(Error::CannotBorrow)));
    assert!(matches!(memory.data_mut(&mut store), Err(Error::CannotBorrow)));
    memory.write(&mut store, 0, b"mine").unwrap();
    let guard = store.lock().unwrap();
    assert_eq!(&memory.data(&guard).unwrap()[..4], b"mine");
}

#[test]
fn waits_of_the_host() {
    let engine = engine(100);
    let memory = memory(&engine);
    assert_eq!(memory.atomic_wait32(0, 1, None).unwrap(), WaitResult::Mismatch);
    let moment = Some(Duration::from_millis(2));
    assert_eq!(memory.atomic_wait64(8, 0, moment).unwrap(), WaitResult::TimedOut);
    let error = memory.atomic_wait32(2, 0, moment).unwrap_err();
    assert!(matches!(error, Error::Trap(Trap::UnalignedAtomic)), "{error}");
    let error = memory.atomic_notify(PAGE_SIZE as u64, 1).unwrap_err();
    assert!(matches!(error, Error::Trap(Trap::MemoryOutOfBounds)), "{error}");
}

#[test]
fn another_engine_has_no_native_view() {
    let memory = memory(&engine(100));
    let mut store = Store::new(&engine(100), ());
    let text = r#"(module (import "env" "memory" (memory 1 2 shared)))"#;
    let error = guest(&mut store, &memory, text).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"incompatible import: "env"."memory": the memory is another engine's: use Module::with_locked"#
    );
}

#[test]
fn pages_return_with_the_last_handle() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = Engine::new(Config::new().page_pool(&PAGES).threads(true)).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    Memory::new(&mut store, MemoryType::new(1, Some(2))).unwrap();
    assert_eq!(PAGES.free(), 0);
    drop(store);
    assert_eq!(PAGES.free(), 0);
    drop(memory);
    assert_eq!(PAGES.free(), 4 * PAGE_SIZE);
}

#[test]
fn linking_checks_whether_a_memory_is_shared() {
    let engine = engine(100);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    for (declared, expected) in [
        ("1 2", ImportMismatch::PrivateExpected),
        ("1 1 shared", ImportMismatch::Type),
        ("2 2 shared", ImportMismatch::Type),
    ] {
        let text = format!(r#"(module (import "env" "memory" (memory {declared})))"#);
        let error = guest(&mut store, &memory, &text).unwrap_err();
        let Error::IncompatibleImport { mismatch, .. } = error else { panic!("{error}") };
        assert_eq!(mismatch, expected, "{declared}");
    }
    guest(&mut store, &memory, r#"(module (import "env" "memory" (memory 1 9 shared)))"#).unwrap();
}

#[test]
fn letters_of_interrupt_handlers_are_applied_in_order() {
    static SAMPLES: Mailbox<4> = Mailbox::new();
    let engine = engine(100);
    let memory = memory(&engine);
    let waiter = memory.clone();
    let waiting = thread::spawn(move || waiter.atomic_wait32(64, 0, None).unwrap());
    // The handler notifies after it has posted: the thread that is woken sees the sample.
    SAMPLES.post(68, &7_u32.to_le_bytes()).unwrap();
    SAMPLES.post(PAGE_SIZE, &[1]).unwrap();
    while {
        SAMPLES.notify(64, 1).unwrap();
        memory.drain(&SAMPLES).unwrap().woken == 0
    } {
        thread::yield_now();
    }
    assert_eq!(waiting.join().unwrap(), WaitResult::Ok);
    assert_eq!(memory.read_value::<u32>(68).unwrap(), 7);
    for sample in 0..4 {
        SAMPLES.post(sample, &[9]).unwrap();
    }
    assert!(SAMPLES.post(4, &[9]).is_err());
    assert_eq!(memory.drain(&SAMPLES).unwrap().applied, 4);
    assert_eq!(memory.read_value::<[u8; 5]>(0).unwrap(), [9, 9, 9, 9, 0]);
}
