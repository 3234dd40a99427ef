//! The examples on the host: what they observed and what they printed.

use vellum::{AccessError, MemoryError, MemoryType, PAGE_SIZE, PagePool};
use vellum_scenarios::{examples, host::Recorder};

#[test]
fn basic_operations() {
    static PAGES: PagePool<[u8; 10 * PAGE_SIZE]> = PagePool::new();
    let console = Recorder::default();
    let observed = examples::basic::run(&console, &PAGES).unwrap();
    assert_eq!(observed.initial_pages, 1);
    assert_eq!(observed.initial_bytes, 65536);
    assert_eq!(observed.read_back, "Hello from Vellum!");
    assert_eq!((observed.previous_pages, observed.pages, observed.bytes), (1, 3, 3 * 65536));
    let expected = [
        "Initial memory: 1 pages (65536 bytes)",
        "Read back: Hello from Vellum!",
        "Memory grown from 1 to 3 pages",
    ];
    assert_eq!(console.lines(), expected);
    assert_eq!(PAGES.leased(), 0);
}

#[test]
fn a_memory_of_its_own() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let console = Recorder::default();
    let observed = examples::own_memory::run(&console, &PAGES).unwrap();
    assert_eq!(observed.pages, 1);
    assert_eq!(observed.written, "Hello from WebAssembly!");
    let (offsets, bytes): (Vec<u32>, Vec<u8>) = observed.bytes.into_iter().unzip();
    assert_eq!(offsets, Vec::from_iter(10..33));
    assert_eq!(bytes, b"Hello from WebAssembly!");
    let lines = console.lines();
    assert_eq!(lines[0], "The guest wrote: Hello from WebAssembly!");
    assert_eq!(lines[1], "Byte at 10: 72 ('H')");
    assert_eq!(lines.last().unwrap(), "Byte at 32: 33 ('!')");
    assert_eq!(lines.len(), 24);
}

#[test]
fn growth_and_bounds() {
    static PAGES: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
    let console = Recorder::default();
    let observed = examples::growth::run(&console, &PAGES).unwrap();
    let past_end = AccessError::OutOfBounds { offset: 65536, len: 8, size: 65536 };
    let past_maximum = MemoryError::PastMaximum { size: 2, delta: 2, maximum: 3 };
    assert_eq!(observed.filled, PAGE_SIZE);
    assert_eq!(observed.past_end, Some(past_end));
    assert_eq!((observed.previous_pages, observed.pages), (1, 2));
    assert_eq!(observed.fresh, [0; 8]);
    assert_eq!(&observed.page_two, b"page two");
    assert_eq!(observed.past_maximum, Some(past_maximum));
    assert_eq!(console.lines()[2], "Memory grown from 1 to 2 pages");
    assert_eq!(console.lines().len(), 5);
}

#[test]
fn direct_access() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let observed = examples::direct::run(&Recorder::default(), &PAGES).unwrap();
    assert_eq!(observed.pattern, [0xDE, 0xAD, 0xBE, 0xEF]);
    assert_eq!(observed.header.magic, 0x1234_5678);
    assert_eq!((observed.header.version, observed.header.flags), (1, 0));
    assert_eq!(observed.header.data_size, 256);
    assert_eq!(observed.header_bytes, [0x78, 0x56, 0x34, 0x12, 1, 0, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn hex_dump() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let console = Recorder::default();
    let observed = examples::dump::run(&console, &PAGES).unwrap();
    let expected = "0000: 48 65 6c 6c 6f 2c 20 57 65 62 41 73 73 65 6d 62  |Hello, WebAssemb|\n\
                    0010: 6c 79 20 57 6f 72 6c 64 21 00 01 02 03 ff fe fd  |ly World!.......|";
    assert_eq!(observed.dump, expected);
    assert_eq!(console.lines(), [expected]);
}

#[test]
fn several_guests() {
    static PAGES: PagePool<[[u8; 1024]; 48]> = PagePool::new();
    let observed = examples::several::run(&Recorder::default(), &PAGES).unwrap();
    assert_eq!(observed.leased, [48 * 1024, 32 * 1024, 48 * 1024]);
    assert_eq!(observed.marked, [16384; 5]);
    assert_eq!(observed.clean, 16384);
    assert!(observed.reused);
    assert_eq!(PAGES.leased(), 0);
}

#[test]
fn what_does_not_fit_says_why() {
    static PAGES: PagePool<[[u8; 1024]; 64]> = PagePool::new();
    let console = Recorder::default();
    for example in examples::all() {
        example.run(&console, &PAGES).unwrap();
    }
    let lines = console.lines();
    let left_out = lines.iter().filter(|line| line.starts_with("left out: "));
    let needs = |kib| format!("left out: needs {kib} KiB of pages, this board has 64 KiB");
    assert!(left_out.eq(&[needs(192), needs(192), needs(320)]));
}

#[test]
fn one_memory_for_several_threads() {
    static PAGES: PagePool<[u8; 5 * PAGE_SIZE]> = PagePool::new();
    let console = Recorder::default();
    let observed = examples::shared::run(&console, &PAGES).unwrap();
    assert_eq!(observed.ty, MemoryType::shared(1, 5));
    let expected = ["Thread 0 was here!", "Thread 1 was here!", "Thread 2 was here!"];
    assert_eq!(observed.written, expected);
    assert_eq!(
        console.lines(),
        [
            "A shared memory of 1 to 5 pages",
            "At 0: Thread 0 was here!",
            "At 32: Thread 1 was here!",
            "At 64: Thread 2 was here!",
        ]
    );
    assert_eq!(PAGES.leased(), 0);
}
