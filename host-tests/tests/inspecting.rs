//! Looking at guests' memories: regions by their exports, changes, patterns, and who wrote first.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};
use vellum::{
    Caller, Config, Engine, Error, Func, Layout, Linker, Memory, MemoryType, Module, PAGE_SIZE,
    PagePool, RegionKind, SharedMemory, Store, Watch,
};
use vellum_host_tests::{engine, instance};

#[test]
fn a_layout_is_what_the_module_exports() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module (memory (export "memory") 1 1)
        (global (export "__stack_pointer") (mut i32) (i32.const 64))
        (global (export "__data_end") i32 (i32.const 80))
        (global (export "__heap_base") i64 (i64.const 96))
        (global (export "__global_base") f32 (f32.const 1))
        (func (export "__stack_low")))"#;
    let instance = instance(&mut store, text).expect("it links");
    let layout = instance.layout(&store).expect("it is this store's");
    let expected =
        Layout::new().with("__stack_pointer", 64).with("__data_end", 80).with("__heap_base", 96);
    assert_eq!(layout, expected);
    let memory = instance.get_memory(&store, "memory").expect("it is exported");
    let map = memory.map(&store, layout).expect("there are no threads");
    let kinds: Vec<_> = map.regions().map(|region| (region.kind(), region.range().end)).collect();
    let expected = [
        (RegionKind::Stack, 64),
        (RegionKind::Data, 80),
        (RegionKind::Free, 96),
        (RegionKind::Heap, PAGE_SIZE),
    ];
    assert_eq!(kinds, expected);
    let other = Store::new(&engine(&PAGES), ());
    assert!(matches!(instance.layout(&other), Err(Error::WrongStore)));
}

#[test]
fn addresses_beyond_the_memory_and_negative_ones_are_left_out() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let text = r#"(module (memory (export "memory") 0 1)
        (global (export "__stack_pointer") i32 (i32.const -1))
        (global (export "__data_end") i64 (i64.const -1))
        (global (export "__heap_base") i32 (i32.const 0x80000000)))"#;
    let instance = instance(&mut store, text).expect("it links");
    let memory = instance.get_memory(&store, "memory").expect("it is exported");
    let layout = instance.layout(&store).expect("it is this store's");
    assert_eq!(memory.map(&store, layout).expect("no threads").regions().count(), 0);
    memory.grow(&mut store, 1).expect("there is a page");
    assert_eq!(memory.map(&store, layout).expect("no threads").regions().count(), 1);
}

#[test]
fn growth_and_writes_are_a_diff() {
    static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(2))).expect("there is room");
    let mut before = vec![0; PAGE_SIZE];
    memory.read(&store, 0, &mut before).expect("it is as long");
    memory.grow(&mut store, 1).expect("there is a page");
    memory.write(&mut store, PAGE_SIZE - 1, b"ab").expect("it is inside");
    let diff = memory.diff(&store, &before).expect("there are no threads").to_string();
    assert_eq!(diff, "0000ffff: 00 00 -> 61 62  |..| -> |ab|");
    let found: Vec<_> = memory.find(&store, b"ab").expect("there are no threads").collect();
    assert_eq!(found, [PAGE_SIZE - 1]);
}

/// A guest that writes to byte 8 by itself, or by a host function.
const WRITERS: &str = r#"(module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "spin") (param $rounds i32)
        (loop
            (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
            (if (i32.eqz (local.get $rounds)) (then (i32.store8 (i32.const 8) (i32.const 7))))
            (br_if 0 (i32.gt_s (local.get $rounds) (i32.const -1000))))))"#;

#[test]
fn a_watch_sees_the_slice_that_wrote() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut config = Config::new();
    config.page_pool(&PAGES).threads(true).slice(100);
    let engine = Engine::new(&config).expect("the settings are fine");
    let memory = SharedMemory::new(&engine, MemoryType::shared(1, 1)).expect("there is room");
    let module = Module::new(&engine, wat::parse_str(WRITERS).expect("a module")).expect("valid");
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.clone()).expect("it is new");
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module).expect("it has its memory");
    let spin = instance.get_typed_func::<i32, ()>(&store, "spin").expect("it is exported");

    let first_write = |store: &mut Store<()>, rounds: i32| {
        memory.with(|bytes| bytes.fill(0)).expect("nobody has the lock");
        let mut copy = [0; 4];
        let mut watch =
            memory.with(|bytes| Watch::new(bytes, 8, &mut copy)).expect("free").expect("inside");
        let mut call = pin!(spin.call_async(store, rounds));
        for slice in 1_u32.. {
            let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            memory.with(|bytes| watch.check(bytes, slice)).expect("free").expect("inside");
            if let Poll::Ready(result) = polled {
                result.expect("it returns");
                break;
            }
        }
        watch.first().map(|written| (*written.writer, written.change.range()))
    };
    let (early, range) = first_write(&mut store, 2).expect("byte 8 is written");
    assert_eq!((early, range), (1, 8..9));
    let (late, _) = first_write(&mut store, 500).expect("byte 8 is written");
    assert!(late > 10, "slice {late}");
    assert_eq!(first_write(&mut store, -5), None);
}

#[test]
fn a_watch_tells_a_guest_from_a_host_function() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();

    /// The watch, in the store's data, and the guest's memory.
    type Data = Option<(Memory, Watch<'static, &'static str>)>;

    fn check(caller: &mut Caller<'_, Data>, writer: &'static str) -> Result<(), Error> {
        let Some((memory, mut watch)) = caller.data_mut().take() else { return Ok(()) };
        watch.check(memory.data(&*caller)?, writer)?;
        *caller.data_mut() = Some((memory, watch));
        Ok(())
    }

    for (by_guest, expected) in [(1, "the guest"), (0, "env.fill")] {
        let mut store = Store::new(&engine(&PAGES), None);
        let fill = Func::wrap(&mut store, |mut caller: Caller<'_, Data>| -> Result<(), Error> {
            check(&mut caller, "the guest")?;
            if let Some((memory, _)) = caller.data() {
                let memory = *memory;
                memory.write(&mut caller, 16, b"host")?;
            }
            check(&mut caller, "env.fill")
        });
        let mut linker = Linker::new(store.engine());
        linker.define("env", "fill", fill.expect("there is room")).expect("it is new");
        let text = r#"(module (import "env" "fill" (func $fill)) (memory (export "memory") 1 1)
            (func (export "run") (param i32)
                (if (local.get 0) (then (i32.store8 (i32.const 17) (i32.const 1))))
                (call $fill)))"#;
        let module = Module::new(store.engine(), wat::parse_str(text).expect("a module"));
        let instance = linker.instantiate(&mut store, &module.expect("valid")).expect("linked");
        let memory = instance.get_memory(&store, "memory").expect("it is exported");
        let copy = Box::leak(Box::new([0; 8]));
        let watch = memory.watch(&store, 16, copy).expect("it is inside");
        *store.data_mut() = Some((memory, watch));
        let run = instance.get_typed_func::<i32, ()>(&store, "run").expect("it is exported");
        run.call(&mut store, by_guest).expect("it returns");
        let (_, watch) = store.data().as_ref().expect("it is there");
        assert_eq!(*watch.first().expect("it was written").writer, expected);
    }
}

#[test]
fn a_range_outside_is_an_error() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
    let mut copy = [0; 8];
    for offset in [PAGE_SIZE - 7, PAGE_SIZE, usize::MAX] {
        let watch = memory.watch::<(), ()>(&store, offset, &mut copy);
        assert!(matches!(watch, Err(Error::Access(_))), "{offset}");
    }
}
