//! A runtime that is built without its feature `threads` refuses what needs them, and runs the rest.

#![cfg(not(feature = "threads"))]

use vellum::{
    Config, ConfigError, Engine, Error, Linker, MemoryType, Module, PAGE_SIZE, PagePool, Store,
};

static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();

fn engine() -> Engine {
    Engine::new(Config::new().page_pool(&PAGES)).unwrap()
}

#[test]
fn plain_guests_run() {
    let engine = engine();
    let bytes = wat::parse_str(
        r#"(module
            (memory 1)
            (data $d "page")
            (func (export "first") (result i32)
                (memory.init $d (i32.const 0) (i32.const 0) (i32.const 4))
                (i32.load8_u (i32.const 0))))"#,
    );
    let module = Module::new(&engine, bytes.unwrap()).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).unwrap();
    let first = instance.get_typed_func::<(), i32>(&mut store, "first").unwrap();
    assert_eq!(first.call(&mut store, ()).unwrap(), i32::from(b'p'));
}

#[test]
fn threads_are_refused() {
    let error = Engine::new(Config::new().threads(true)).unwrap_err();
    assert!(matches!(error, Error::Config(ConfigError::ThreadsFeature)), "{error}");
    let error = vellum::SharedMemory::new(&engine(), MemoryType::new(1, Some(1))).unwrap_err();
    assert!(matches!(error, Error::Config(ConfigError::Threads)), "{error}");
}

#[test]
fn guests_that_share_memory_are_refused() {
    for text in [
        "(module (memory 1 1 shared))",
        r#"(module (import "env" "memory" (memory 1 1 shared))
            (func (drop (i32.atomic.load (i32.const 0)))))"#,
        "(module (memory 1 1) (func (drop (i32.atomic.load (i32.const 0)))))",
    ] {
        let error = Module::new(&engine(), wat::parse_str(text).unwrap()).expect_err(text);
        let remedies = [r#"feature "threads""#, "enable threads with Config::threads"];
        let text = error.to_string();
        assert!(remedies.iter().any(|remedy| text.ends_with(remedy)), "{text}");
    }
}
