//! What is kept of a module that is not in flash.

use crate::counting::{in_pieces_of, measure};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};
use vellum::{
    BufferInUse, Config, Engine, Error, Instance, Limit, Linker, Module, ModuleBytes, ModuleLimits,
    PAGE_SIZE, PagePool, StaticBuffer, Store,
};
use vellum_host_tests::engine;

/// Bytes of the data segments of [`with_data`], and of each custom section.
const DATA: usize = 20_000;
const CUSTOM: usize = 100_000;
/// Bytes of the heap that the rest of such a module takes.
const REST: usize = 6_000;

/// A module with a custom section and what `fields` say.
fn module(fields: &str) -> Vec<u8> {
    let custom = "c".repeat(CUSTOM);
    let text = format!(r#"(module (@custom "huge" (before func) "{custom}") {fields})"#);
    wat::parse_str(text).expect("the text is valid")
}

/// One with an active, a passive and a computed data segment.
fn with_data() -> Vec<u8> {
    let (most, some) = ("a".repeat(DATA - 10), "bbbbb");
    module(&format!(
        r#"(memory (export "memory") 1)
        (data (i32.const 0) "{most}")
        (data $passive "ppppp")
        (data (offset (i32.add (i32.const 30000) (i32.const 1))) "{some}")
        (func (export "init") (memory.init $passive (i32.const 40000) (i32.const 0) (i32.const 5)))"#
    ))
}

fn without_data() -> Vec<u8> {
    module("(memory 1)")
}

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

/// Instantiates a module twice, and looks for its data.
fn check_data(engine: &Engine, module: &Module) {
    let mut store = Store::new(engine, ());
    for _ in 0..2 {
        let instance = Linker::new(engine).instantiate(&mut store, module).expect("it is valid");
        let init = instance.get_typed_func::<(), ()>(&store, "init").expect("it is exported");
        init.call(&mut store, ()).expect("it returns");
        let memory = instance.get_memory(&store, "memory").expect("it is exported");
        let bytes = memory.data(&store).expect("it is this store's");
        assert!(bytes[..DATA - 10].iter().all(|byte| *byte == b'a'));
        assert_eq!(bytes[DATA - 10], 0);
        assert_eq!(bytes[30_000..30_007], *b"\0bbbbb\0");
        assert_eq!(bytes[39_999..40_006], *b"\0ppppp\0");
    }
}

/// The module's vector is not copied while it is loaded, and only its data stays.
#[test]
fn of_a_vector_the_data_stays() {
    let engine = engine(&PAGES);
    for boxed in [false, true] {
        let mut bytes = with_data();
        bytes.shrink_to_fit();
        let length = bytes.len();
        let (loaded, taken) = measure(|| {
            let boxed_bytes = |bytes: Vec<u8>| ModuleBytes::from(bytes.into_boxed_slice());
            let bytes = if boxed { boxed_bytes(bytes) } else { bytes.into() };
            Module::new(&engine, bytes)
        });
        assert!(taken.total < DATA + 4 * REST, "{taken:?}");
        assert!(taken.kept + length.cast_signed() < (DATA + REST).cast_signed(), "{taken:?}");
        check_data(&engine, &loaded.expect("it is valid"));
    }
}

#[test]
fn without_data_nothing_stays() {
    let engine = engine(&PAGES);
    let bytes = without_data();
    let length = bytes.capacity();
    let (loaded, taken) = measure(|| Module::new(&engine, bytes));
    assert!(taken.total < 4 * REST, "{taken:?}");
    assert!(taken.kept + length.cast_signed() < REST.cast_signed(), "{taken:?}");
    assert_eq!(loaded.expect("it is valid").exports().count(), 0);
}

/// A module in bytes that others have, too.
struct Part(Arc<Vec<u8>>);

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[test]
fn an_owner_stays_as_long_as_its_data_is_needed() {
    let engine = engine(&PAGES);
    for (bytes, has_data) in [(with_data(), true), (without_data(), false)] {
        let bytes = Arc::new(bytes);
        let (loaded, taken) = measure(|| {
            let part = ModuleBytes::from_owner(Part(Arc::clone(&bytes)))?;
            Module::new(&engine, part)
        });
        let module = loaded.expect("it is valid");
        assert!(taken.total < 4 * REST, "{taken:?}");
        assert_eq!(Arc::strong_count(&bytes), if has_data { 2 } else { 1 });
        if has_data {
            check_data(&engine, &module);
        }
        drop(module);
        assert_eq!(Arc::strong_count(&bytes), 1);
    }
}

#[test]
fn shared_bytes_stay_as_long_as_their_data_is_needed() {
    let engine = engine(&PAGES);
    let bytes: Arc<[u8]> = with_data().into();
    let (loaded, taken) = measure(|| Module::new(&engine, Arc::clone(&bytes)));
    let module = loaded.expect("it is valid");
    assert!(taken.total < 4 * REST, "{taken:?}");
    assert_eq!(Arc::strong_count(&bytes), 2);
    check_data(&engine, &module);
    drop(module);
    assert_eq!(Arc::strong_count(&bytes), 1);
}

/// A buffer is lent as long as the module, or an instance of it, is there; each time it holds the
/// module that was written last.
#[test]
fn a_buffer_is_lent_and_comes_back() {
    static BUFFER: StaticBuffer<[u8; 256]> = StaticBuffer::new();
    let engine = engine(&PAGES);
    for nth in 0..3_u8 {
        let text = format!(r#"(module (memory (export "m") 1) (data (i32.const {nth}) "{nth}"))"#);
        let bytes = wat::parse_str(text).expect("the text is valid");
        let (instantiated, taken) = measure(|| {
            let mut buffer = BUFFER.take().expect("it is free");
            buffer[..bytes.len()].copy_from_slice(&bytes);
            buffer.truncate(bytes.len());
            let module = Module::new(&engine, buffer).expect("it is valid");
            assert_eq!(BUFFER.take().unwrap_err(), BufferInUse);
            let mut store = Store::new(&engine, ());
            Linker::new(&engine).instantiate(&mut store, &module).map(|made| (made, store))
        });
        let (instance, store): (Instance, Store<()>) = instantiated.expect("it links");
        assert!(taken.peak < 32 * 1024, "{taken:?}");
        assert_eq!(BUFFER.take().unwrap_err(), BufferInUse);
        let memory = instance.get_memory(&store, "m").expect("it is exported");
        let byte: u8 = memory.read_value(&store, nth.into()).expect("it is within bounds");
        assert_eq!(byte, b'0' + nth);
        drop(store);
        assert_eq!(BUFFER.take().map(|buffer| buffer.len()), Ok(256));
    }
    let mut buffer = BUFFER.take().expect("it is free");
    buffer.fill(0);
    assert!(matches!(Module::new(&engine, buffer), Err(Error::InvalidModule { .. })));
    assert!(BUFFER.take().is_ok(), "what is refused gives its buffer back");
}

#[test]
fn limits_are_checked_before_anything_is_allocated() {
    static BUFFER: StaticBuffer<[u8; 200]> = StaticBuffer::new();
    let mut config = Config::new();
    config.module_limits(ModuleLimits { module_bytes: 100, ..ModuleLimits::UNLIMITED });
    let engine = Engine::new(&config).expect("the configuration is valid");
    let bytes = || ModuleBytes::from(BUFFER.take().expect("it is free"));
    let part = Part(Arc::new(vec![0; 200]));
    let part = ModuleBytes::from_owner(part).expect("the heap has room");
    let owners: [Box<dyn FnOnce() -> ModuleBytes>; 5] = [
        Box::new(|| vec![0; 200].into()),
        Box::new(|| vec![0; 200].into_boxed_slice().into()),
        Box::new(|| Arc::<[u8]>::from([0; 200]).into()),
        Box::new(bytes),
        Box::new(|| part),
    ];
    for owner in owners {
        let bytes = owner();
        let (refused, taken) = measure(|| Module::new(&engine, bytes));
        let Err(Error::LimitExceeded(exceeded)) = refused else { panic!("{refused:?}") };
        assert_eq!((exceeded.limit, exceeded.found), (Limit::ModuleBytes, 200));
        assert_eq!(taken.count, 0, "{taken:?}");
    }
    assert!(BUFFER.take().is_ok());
}

#[test]
fn where_the_heap_has_no_room_the_error_says_so() {
    let engine = engine(&PAGES);
    let bytes = with_data();
    let refused = in_pieces_of(DATA - 1, || Module::new(&engine, bytes));
    assert!(matches!(refused, Err(Error::OutOfHeap { needed: DATA, .. })), "{refused:?}");

    let refused = in_pieces_of(4000, || ModuleBytes::from_owner([0; 5000]));
    assert!(matches!(refused, Err(Error::OutOfHeap { needed: 5000, .. })), "{refused:?}");
}

/// An owner whose bytes are gone once it is told so.
struct Vanishing(Vec<u8>, Arc<AtomicBool>);

impl AsRef<[u8]> for Vanishing {
    fn as_ref(&self) -> &[u8] {
        if self.1.load(Relaxed) { &[] } else { &self.0 }
    }
}

#[test]
fn bytes_that_vanish_are_an_error() {
    let engine = engine(&PAGES);
    let gone = Arc::new(AtomicBool::new(false));
    let owner = ModuleBytes::from_owner(Vanishing(with_data(), Arc::clone(&gone)));
    let module = Module::new(&engine, owner.expect("the heap has room")).expect("it is valid");
    gone.store(true, Relaxed);
    let mut store = Store::new(&engine, ());
    let refused = Linker::new(&engine).instantiate(&mut store, &module);
    assert!(matches!(refused, Err(Error::ModuleBytes)), "{refused:?}");
}

/// The types of exported memories are not in the bytes any more.
#[test]
fn memories_are_exported_with_their_types() {
    let engine = engine(&PAGES);
    let text = r#"(module (memory $a 1) (memory $b 2) (memory $c 3)
        (func (export "f"))
        (export "z" (memory $a)) (export "y" (memory $b)) (export "x" (memory $c))
        (export "again" (memory $b)))"#;
    let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"));
    let module = module.expect("it is valid");
    let mut memories: Vec<(&str, u64)> = module
        .exports()
        .filter_map(|export| match export.ty() {
            vellum::ExternType::Memory(ty) => Some((export.name(), ty.minimum())),
            _ => None,
        })
        .collect();
    memories.sort_unstable();
    assert_eq!(memories, [("again", 2), ("x", 3), ("y", 2), ("z", 1)]);
}

/// Of a module's names its own is kept, and no other.
#[test]
fn of_the_names_the_modules_own_is_kept() {
    const NAME: usize = 500;
    let engine = engine(&PAGES);
    let load = |text: &str| {
        let mut bytes = wat::parse_str(text).expect("the text is valid");
        bytes.shrink_to_fit();
        let length = bytes.len().cast_signed();
        let (module, taken) = measure(|| Module::new(&engine, bytes));
        (module.expect("it is valid"), taken.kept + length)
    };
    let name = "n".repeat(NAME);
    let function = "f".repeat(10 * NAME);
    load("(module (func))");
    let (plain, least) = load("(module (func))");
    let (unnamed, kept) = load(&format!("(module (func ${function}))"));
    assert_eq!((plain.name(), unnamed.name(), kept), (None, None, least));
    let (named, kept) = load(&format!("(module ${name} (func ${function}))"));
    assert_eq!(named.name(), Some(name.as_str()));
    assert_eq!(kept, least + NAME.cast_signed());
}
