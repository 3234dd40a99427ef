//! Memories, as an embedder uses them.

use core::ops::Range;
use vellum::{AccessError, Error, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
use vellum_host_tests::{engine, engine_with, instance};
use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout,
    little_endian::{U16, U32},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Header {
    magic: U32,
    version: U16,
    flags: U16,
    data_size: U32,
}

const HEADER: Header = Header {
    magic: U32::new(0x1234_5678),
    version: U16::new(1),
    flags: U16::new(3),
    data_size: U32::new(256),
};

fn is_out_of_bounds(error: &Error, offset: usize, len: usize, size: usize) -> bool {
    matches!(error, Error::Access(error) if *error == AccessError::OutOfBounds { offset, len, size })
}

#[test]
fn sizes_in_pages_and_bytes() {
    static PAGES: PagePool<[u8; 8 * PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let ty = MemoryType::new(2, Some(5));
    let memory = Memory::new(&mut store, ty).expect("there is room");
    assert_eq!(memory.ty(&store).expect("it is this store's"), ty);
    assert_eq!(memory.size(&store).expect("it is this store's"), 2);
    assert_eq!(memory.page_size(&store).expect("it is this store's"), PAGE_SIZE as u64);
    assert_eq!(memory.data_size(&store).expect("it is this store's"), 2 * PAGE_SIZE);
    assert_eq!(memory.data_len(&store).expect("it is this store's"), 2 * PAGE_SIZE);
    assert_eq!(memory.capacity(&store).expect("it is this store's"), 5 * PAGE_SIZE);
    assert_eq!(store.reserved_bytes().unwrap(), 5 * PAGE_SIZE as u64);
    assert_eq!(PAGES.leased(), 5 * PAGE_SIZE);
}

#[test]
fn reads_and_writes_are_all_or_nothing() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
    memory.write(&mut store, PAGE_SIZE - 5, b"hello").expect("it just fits");
    for offset in [PAGE_SIZE - 4, PAGE_SIZE, PAGE_SIZE + 1, usize::MAX, usize::MAX - 4] {
        let error = memory.write(&mut store, offset, b"WORLD").expect_err("it does not fit");
        assert!(is_out_of_bounds(&error, offset, 5, PAGE_SIZE), "{error:?}");
        let mut buffer = *b"12345";
        let error = memory.read(&store, offset, &mut buffer).expect_err("it is not all there");
        assert!(is_out_of_bounds(&error, offset, 5, PAGE_SIZE), "{error:?}");
        assert_eq!(buffer, *b"12345");
    }
    let mut buffer = [0; 5];
    memory.read(&store, PAGE_SIZE - 5, &mut buffer).expect("it is there");
    assert_eq!(&buffer, b"hello");
    memory.write(&mut store, PAGE_SIZE, b"").expect("nothing fits at the end");
    memory.write(&mut store, PAGE_SIZE + 1, b"").expect_err("nothing does not fit past the end");
}

#[test]
fn slices_are_checked() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
    memory.write(&mut store, 8, b"slice").expect("in bounds");
    assert_eq!(memory.slice(&store, 8..13).expect("in bounds"), b"slice");
    assert!(memory.slice(&store, 0..0).expect("in bounds").is_empty());
    let error = memory.slice(&store, 1..PAGE_SIZE + 1).expect_err("out of bounds");
    assert!(is_out_of_bounds(&error, 1, PAGE_SIZE, PAGE_SIZE), "{error:?}");
    #[expect(clippy::reversed_empty_ranges, reason = "the error is what is tested")]
    let error = memory.slice(&store, 9..8).expect_err("reversed");
    assert!(matches!(error, Error::Access(AccessError::Reversed { start: 9, end: 8 })));
}

#[test]
fn growth_is_in_place_and_zero() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module (memory (export "memory") 1 4)
        (func (export "grow") (result i32) (memory.grow (i32.const 1)))
        (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))"#;
    let guest = instance(&mut store, text).expect("it is valid");
    let memory = guest.get_memory(&store, "memory").expect("it is exported");
    let grow = guest.get_typed_func::<(), i32>(&store, "grow").expect("it is exported");
    let load = guest.get_typed_func::<i32, i32>(&store, "load").expect("it is exported");
    memory.data_mut(&mut store).expect("it is this store's").fill(0x11);
    let address = memory.data_ptr(&store).expect("it is this store's");
    assert_eq!(memory.grow(&mut store, 1).expect("there is room"), 1);
    assert_eq!(grow.call(&mut store, ()).expect("it returns"), 2);
    assert_eq!(memory.grow(&mut store, 1).expect("there is room"), 3);
    assert_eq!(memory.data_ptr(&store).expect("it is this store's"), address);
    let bytes = memory.data(&store).expect("it is this store's");
    assert_eq!((bytes.as_ptr(), bytes.len()), (address.cast_const(), 4 * PAGE_SIZE));
    assert!(bytes[..PAGE_SIZE].iter().all(|byte| *byte == 0x11));
    assert!(bytes[PAGE_SIZE..].iter().all(|byte| *byte == 0));
    memory.write(&mut store, 4 * PAGE_SIZE - 1, &[9]).expect("in bounds");
    assert_eq!(load.call(&mut store, 4 * PAGE_SIZE as i32 - 1).expect("in bounds"), 9);
}

#[test]
fn structures_are_laid_over_memory() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
    memory.write_value(&mut store, 101, &HEADER).expect("in bounds, aligned or not");
    assert_eq!(
        memory.slice(&store, 101..109).expect("in bounds"),
        [0x78, 0x56, 0x34, 0x12, 1, 0, 3, 0]
    );
    assert_eq!(memory.read_value::<Header>(&store, 101).expect("in bounds"), HEADER);
    assert_eq!(*memory.view::<Header, ()>(&store, 101).expect("in bounds"), HEADER);
    memory.view_mut::<Header, ()>(&mut store, 101).expect("in bounds").flags.set(0x0102);
    assert_eq!(memory.slice(&store, 107..109).expect("in bounds"), [2, 1]);
    for offset in [PAGE_SIZE - 11, usize::MAX] {
        let errors = [
            memory.read_value::<Header>(&store, offset).map(drop),
            memory.view::<Header, ()>(&store, offset).map(drop),
            memory.view_mut::<Header, ()>(&mut store, offset).map(drop),
            memory.write_value(&mut store, offset, &HEADER),
        ];
        for error in errors {
            let error = error.expect_err("it does not fit");
            assert!(is_out_of_bounds(&error, offset, 12, PAGE_SIZE), "{error:?}");
        }
    }
    let error = memory.view::<u32, ()>(&store, 6).expect_err("a number must be aligned");
    let expected = AccessError::Misaligned { offset: 6, align: 4 };
    assert!(matches!(error, Error::Access(error) if error == expected));
}

#[test]
fn bytes_and_data_of_the_store_together() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), vec![1_u8, 2, 3]);
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
    let (bytes, data) = memory.data_and_store_mut(&mut store).expect("it is this store's");
    bytes[..3].copy_from_slice(data);
    data.push(4);
    assert_eq!(memory.slice(&store, 0..4).expect("in bounds"), [1, 2, 3, 0]);
    assert_eq!(store.data(), &[1, 2, 3, 4]);
}

#[test]
fn a_dump_of_what_is_there() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
    memory.write(&mut store, 0, b"Hello, WebAssembly World!").expect("in bounds");
    let dump = memory.dump(&store, 0..16, 16).expect("it is this store's").to_string();
    assert_eq!(dump, "0000: 48 65 6c 6c 6f 2c 20 57 65 62 41 73 73 65 6d 62  |Hello, WebAssemb|");
    let dump = memory.dump(&store, PAGE_SIZE - 2..PAGE_SIZE + 9, 8).expect("it is this store's");
    assert_eq!(dump.to_string(), "fffe: 00 00  |..|");
}

#[test]
fn several_memories_of_one_module() {
    static PAGES: PagePool<[u8; 8 * PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module
        (memory $a (export "a") 1 2) (memory $b (export "b") 2 2)
        (data (memory $a) (i32.const 0) "a") (data (memory $b) (i32.const 0) "b")
        (func (export "copy") (param i32 i32 i32)
            (memory.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
        (func (export "sizes") (result i32 i32) (memory.size $a) (memory.size $b)))"#;
    let guest = instance(&mut store, text).expect("it is valid");
    let [a, b] = ["a", "b"].map(|name| guest.get_memory(&store, name).expect("it is exported"));
    a.write(&mut store, 100, b"from a to b").expect("in bounds");
    let copy = guest.get_typed_func::<(i32, i32, i32), ()>(&store, "copy").expect("exported");
    copy.call(&mut store, (50, 100, 11)).expect("in bounds");
    assert_eq!(b.slice(&store, 50..61).expect("in bounds"), b"from a to b");
    assert_eq!(a.slice(&store, 0..1).expect("in bounds"), b"a");
    assert_eq!(b.slice(&store, 0..1).expect("in bounds"), b"b");
    a.grow(&mut store, 1).expect("there is room");
    let sizes = guest.get_typed_func::<(), (i32, i32)>(&store, "sizes").expect("exported");
    assert_eq!(sizes.call(&mut store, ()).expect("it returns"), (2, 2));
}

#[test]
fn pages_of_one_byte() {
    static PAGES: PagePool<[[u8; 1024]; 4]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config.memory_maximum(1);
    });
    let mut store = Store::new(&engine, ());
    let text = r#"(module (memory (export "memory") 100 3000 (pagesize 1))
        (data (i32.const 95) "bytes")
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))"#;
    let guest = instance(&mut store, text).expect("it is valid");
    let memory = guest.get_memory(&store, "memory").expect("it is exported");
    assert_eq!(memory.page_size(&store).expect("it is this store's"), 1);
    assert_eq!(memory.page_size_log2(&store).expect("it is this store's"), 0);
    assert_eq!(memory.size(&store).expect("it is this store's"), 100);
    assert_eq!(memory.data_size(&store).expect("it is this store's"), 100);
    assert_eq!(memory.slice(&store, 95..100).expect("in bounds"), b"bytes");
    assert_eq!(PAGES.leased(), 3072);
    let load = guest.get_typed_func::<i32, i32>(&store, "load").expect("it is exported");
    load.call(&mut store, 100).expect_err("out of bounds");
    let grow = guest.get_typed_func::<i32, i32>(&store, "grow").expect("it is exported");
    assert_eq!(grow.call(&mut store, 1).expect("it returns"), 100);
    assert_eq!(load.call(&mut store, 100).expect("in bounds"), 0);
    assert_eq!(memory.grow(&mut store, 2899).expect("there is room"), 101);
    memory.grow(&mut store, 1).expect_err("past the maximum");
    assert_eq!(grow.call(&mut store, 1).expect("it returns"), -1);
}

#[test]
fn bytes_are_borrowed_to_be_changed() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is a page");
    let end = PAGE_SIZE;
    memory.slice_mut(&mut store, end - 4..end).expect("in bounds").copy_from_slice(b"last");
    assert_eq!(memory.slice(&store, end - 4..end).expect("in bounds"), b"last");
    for range in [end - 4..end + 1, end..usize::MAX, Range { start: 8, end: 7 }] {
        let error = memory.slice_mut(&mut store, range).expect_err("out of bounds");
        assert!(matches!(error, Error::Access(_)), "{error}");
    }
    assert_eq!(memory.page_size_log2(&store).expect("it is this store's"), 16);
}
