//! The pages that the interpreter holds, under Miri.
//!
//! ```text
//! MIRIFLAGS="-Zmiri-permissive-provenance" cargo +nightly miri test -p vellum --test placement
//! MIRIFLAGS="-Zmiri-permissive-provenance -Zmiri-tree-borrows" \
//!     cargo +nightly miri test -p vellum --test placement
//! ```
//!
//! The interpreter turns the addresses of instances and of translated code into numbers and back.
//! Without the flag Miri warns of that; strict provenance forbids it.

use std::thread;
use vellum::{
    Config, Engine, Error, Instance, Linker, Memory, MemoryType, Module, PAGE_SIZE, PagePool, Store,
};

/// An engine with small stacks: taking them recurses to the limit.
fn engine(pages: &'static PagePool) -> Engine {
    let mut config = Config::new();
    config.page_pool(pages).max_value_stack(512).max_recursion_depth(4);
    Engine::new(&config).expect("the configuration is valid")
}

fn load(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).expect("the text is valid")).expect("it is valid")
}

const GUEST: &str = r#"(module
    (memory (export "memory") 1 2) (data (i32.const 8) "data")
    (func $start (i32.store8 (i32.const 12) (i32.const 33))) (start $start)
    (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
    (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
    (func (export "grow") (result i32) (memory.grow (i32.const 1))))"#;

fn guest(engine: &Engine) -> (Store<()>, Instance) {
    let mut store = Store::new(engine, ());
    let linker = Linker::new(engine);
    let instance = linker.instantiate(&mut store, &load(engine, GUEST)).expect("it links");
    (store, instance)
}

/// The host and the guest in turns, through every way to the bytes, with growth in between and
/// the pool in use by others.
#[test]
fn host_and_guest_take_turns() {
    static PAGES: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
    let (mut store, guest) = guest(&engine(&PAGES));
    let memory = guest.get_memory(&store, "memory").expect("it is exported");
    let load = guest.get_typed_func::<i32, i32>(&store, "load").expect("it is exported");
    let put = guest.get_typed_func::<(i32, i32), ()>(&store, "store").expect("it is exported");
    let grow = guest.get_typed_func::<(), i32>(&store, "grow").expect("it is exported");

    assert_eq!(memory.slice(&store, 8..14).expect("in bounds"), b"data!\0");
    put.call(&mut store, (0, 1)).expect("in bounds");
    memory.write(&mut store, 1, &[2]).expect("in bounds");
    memory.data_mut(&mut store).expect("it is this store's")[2] = 3;
    *memory.view_mut::<[u8; 1], ()>(&mut store, 3).expect("in bounds") = [4];
    memory.write_value(&mut store, 4, &5_u8).expect("in bounds");
    let neighbour = PAGES.lease(1).expect("there is room");
    assert_eq!(PAGES.stats().free, 0);
    for at in 0..5 {
        assert_eq!(load.call(&mut store, at).expect("in bounds"), at + 1);
    }
    assert_eq!(grow.call(&mut store, ()).expect("it returns"), 1);
    memory.grow(&mut store, 1).expect_err("past the maximum");
    drop(neighbour);
    put.call(&mut store, (2 * PAGE_SIZE as i32 - 1, 6)).expect("in bounds");
    load.call(&mut store, 2 * PAGE_SIZE as i32).expect_err("out of bounds");
    let bytes = memory.data(&store).expect("it is this store's");
    assert_eq!((bytes[..5].to_vec(), bytes[2 * PAGE_SIZE - 1]), (vec![1, 2, 3, 4, 5], 6));
}

/// Leases outlive the interpreter's hold on them, and the bytes go to the next owner, whichever
/// that is.
#[test]
fn pages_go_from_store_to_store() {
    static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    for _ in 0..2 {
        let (mut store, guest) = guest(&engine);
        let memory = guest.get_memory(&store, "memory").expect("it is exported");
        let bytes = memory.data_mut(&mut store).expect("it is this store's");
        assert_eq!(bytes.iter().filter(|byte| **byte != 0).count(), 5);
        bytes.fill(0xa5);
        drop(store);
        let mut lease = PAGES.lease_unscrubbed(2 * PAGE_SIZE).expect("all is free");
        assert_eq!(lease.bytes()[PAGE_SIZE - 1], 0xa5);
        lease.bytes_mut().fill(0x5a);
    }
}

/// Two stores whose pages lie side by side, and memories without any.
#[test]
fn neighbours_do_not_touch() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    let [mut a, mut b] = [(), ()].map(|()| Store::new(&engine, ()));
    let make = |store: &mut Store<()>, minimum, maximum| {
        Memory::new(store, MemoryType::new(minimum, Some(maximum))).expect("there is room")
    };
    let (one, other) = (make(&mut a, 1, 1), make(&mut b, 0, 1));
    let (empty, last) = (make(&mut a, 0, 0), make(&mut a, 1, 2));
    other.grow(&mut b, 1).expect("there is room");
    empty.grow(&mut a, 1).expect_err("there is none");
    for (store, memory, byte) in [(&mut a, one, 1), (&mut b, other, 2)] {
        memory.data_mut(store).expect("it is this store's").fill(byte);
    }
    last.grow(&mut a, 1).expect("there is room");
    last.data_mut(&mut a).expect("it is this store's").fill(3);
    assert!(one.data(&a).expect("it is this store's").iter().all(|byte| *byte == 1));
    drop(a);
    assert!(other.data(&b).expect("it is this store's").iter().all(|byte| *byte == 2));
}

#[test]
fn what_fails_halfway_gives_its_pages_back() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine(&PAGES);
    let linker = Linker::new(&engine);
    for text in [
        r#"(module (memory 1) (memory 1) (data (i32.const 65535) "xx"))"#,
        "(module (memory 2) (memory 3))",
        "(module (memory 1) (func $start (i32.store (i32.const -1) (i32.const 0))) (start $start))",
    ] {
        let mut store = Store::new(&engine, ());
        linker.instantiate(&mut store, &load(&engine, text)).map(drop).expect_err(text);
        drop(store);
        assert_eq!(PAGES.leased(), 0);
    }
}

/// A store goes to another thread with its memories, and comes back.
#[test]
fn a_store_moves_between_threads() -> Result<(), Error> {
    static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    let (store, guest) = guest(&engine(&PAGES));
    let memory = guest.get_memory(&store, "memory")?;
    let moved = thread::spawn(move || {
        let mut store = store;
        memory.write(&mut store, 0, b"moved")?;
        guest.get_typed_func::<(i32, i32), ()>(&store, "store")?.call(&mut store, (4, 68))?;
        Ok::<_, Error>(store)
    });
    let store = moved.join().expect("it does not panic")?;
    assert_eq!(memory.slice(&store, 0..5)?, b"moveD");
    Ok(())
}
