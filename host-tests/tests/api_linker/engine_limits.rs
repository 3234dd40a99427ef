//! What an engine refuses: modules that are large, and settings that allow nothing.

use crate::{PAGES, limit};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use vellum::{
    ConfigError, Error, Limit, Linker, ModuleLimits, PAGE_SIZE, PagePool, Store, StoreLimits,
};
use vellum_host_tests::{engine_with, instance, load};

#[test]
fn engines_refuse_large_modules() {
    let limits = ModuleLimits {
        module_bytes: 600,
        functions: 3,
        function_bytes: 100,
        locals: 4,
        globals: 2,
        types: 5,
        imports: 2,
        exports: 2,
        element_items: 3,
    };
    let engine = engine_with(&PAGES, |config| {
        config.module_limits(limits).memory_maximum(2);
    });
    let many = |text: &str, count: usize| format!("(module {})", text.repeat(count));
    for (text, expected) in [
        (many(r#"(memory 0) (data "twenty bytes of data")"#, 30), Limit::ModuleBytes),
        (many("(func)", 4), Limit::Functions),
        (format!("(module (func {}))", "(drop (i32.const 1))".repeat(50)), Limit::FunctionBytes),
        ("(module (func (local i32 i64 i32 i64 i32)))".to_owned(), Limit::Locals),
        (many("(global i32 (i32.const 0))", 3), Limit::Globals),
        (
            (0..6).fold("(module ".to_owned(), |text, n| {
                text + &format!("(type (func {}))", "(param i32)".repeat(n))
            }) + ")",
            Limit::Types,
        ),
        (many(r#"(import "" "" (func))"#, 3), Limit::Imports),
        (
            r#"(module (func) (export "a" (func 0)) (export "b" (func 0)) (export "c" (func 0)))"#
                .to_owned(),
            Limit::Exports,
        ),
        ("(module (func $f) (elem func $f $f $f $f))".to_owned(), Limit::ElementItems),
    ] {
        assert_eq!(limit(load(&engine, &text)).0, expected, "{text}");
    }
    load(&engine, "(module (func (local i32 i32 i32 i32)) (func) (func))").expect("it is within");
    let mut store = Store::new(&engine, ());
    assert_eq!(limit(instance(&mut store, "(module (memory 3))")), (Limit::MemoryMaximum, 2));
}

#[test]
fn memories_that_no_instance_could_have_are_refused_before_code_is_translated() {
    static FEW: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&FEW, |config| {
        config.memory_maximum(3);
    });
    let error = load(&engine, "(module (memory 4) (func))").expect_err("one may have three");
    assert_eq!(limit::<()>(Err(error)), (Limit::MemoryMaximum, 3));
    let error = load(&engine, "(module (memory 2 8) (memory 2) (func))").expect_err("5 pages of 4");
    let Error::OutOfPages(error) = error else { panic!("{error:?}") };
    assert_eq!((error.needed, error.free), (5 * PAGE_SIZE as u64, 4 * PAGE_SIZE as u64));
    load(&engine, "(module (memory 2 8) (memory 1) (func))").expect("they fit");
    load(&engine, "(module (memory 4))").expect("there is nothing to be translated");
    // Of a type that is invalid, that is what is told.
    let error = load(&engine, "(module (memory 65537) (func))").expect_err("it is invalid");
    assert!(matches!(error, Error::InvalidModule { .. }), "{error:?}");
}

#[test]
fn modules_that_would_not_fit_the_heap_are_refused() {
    let engine = engine_with(&PAGES, |config| {
        config.heap_free(|| 100_000);
    });
    let body = "(local.set 0 (i32.add (local.get 0) (i32.const 1)))".repeat(5000);
    let large = format!("(module (func (local i32) {body}))");
    let error = load(&engine, &large).expect_err("it is large");
    let Error::OutOfHeap { needed, free: 100_000 } = error else { panic!("{error:?}") };
    assert!(needed > 100_000);
    let nested = format!("(module (func {}{}))", "block ".repeat(2000), "end ".repeat(2000));
    let error = load(&engine, &nested).expect_err("it is deep");
    let Error::OutOfHeap { needed, free: 100_000 } = error else { panic!("{error:?}") };
    assert!(needed > 2000 * 300);
    let empty = format!("(module (func {}))", "(drop (i32.const 1))".repeat(20_000));
    load(&engine, &empty).expect("no code comes of it");
    let flat = format!("(module (func {}))", "block end ".repeat(2000));
    load(&engine, &flat).expect("it is as long, but flat");
    let mut store = Store::new(&engine, ());
    store.set_limits(StoreLimits { table_elements: usize::MAX, ..StoreLimits::default() });
    let error = instance(&mut store, "(module (table 1000000 funcref))").expect_err("it is large");
    assert!(matches!(error, Error::OutOfHeap { free: 100_000, .. }), "{error:?}");
    instance(&mut store, "(module (table 1000 funcref))").expect("it fits");
}

#[test]
fn a_linker_asks_the_heap_before_it_makes_what_is_imported() {
    static FREE: AtomicUsize = AtomicUsize::new(1 << 20);
    let engine = engine_with(&PAGES, |config| {
        config.heap_free(|| FREE.load(Relaxed));
    });
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "f", || {}).expect("it is new");
    let imports = |count| format!("(module {})", r#"(import "host" "f" (func))"#.repeat(count));
    let mut store = Store::new(&engine, ());
    let [few, many] = [10, 300].map(|count| load(&engine, &imports(count)).expect("there is room"));
    // An instance would fit.
    let room = many.resources_required().heap_bytes;
    FREE.store(room, Relaxed);
    linker.instantiate(&mut store, &few).expect("there is room for ten");
    let error = linker.instantiate(&mut store, &many).expect_err("there is no room for them");
    assert!(matches!(error, Error::OutOfHeap { needed, free } if needed > free && free == room));
}

#[test]
fn an_engine_that_could_run_nothing_is_refused() {
    let mut config = vellum::Config::new();
    config.page_pool(&PAGES).concurrent_calls(0);
    let refused = vellum::Engine::new(&config);
    assert!(matches!(refused, Err(Error::Config(ConfigError::ConcurrentCalls))));
    config.concurrent_calls(1).max_recursion_depth(0);
    let refused = vellum::Engine::new(&config);
    assert!(matches!(refused, Err(Error::Config(ConfigError::RecursionDepth))));
    static FREE: AtomicUsize = AtomicUsize::new(1000);
    config.max_recursion_depth(128).heap_free(|| FREE.load(Relaxed));
    let refused = vellum::Engine::new(&config);
    let Err(Error::OutOfHeap { needed, free: 1000 }) = refused else { panic!("{refused:?}") };
    FREE.store(needed, Relaxed);
    // The stacks are allocated with the first instance.
    let engine = vellum::Engine::new(&config).expect("it allocates no stack yet");
    FREE.store(1000, Relaxed);
    let mut linker = Linker::new(&engine);
    let mut store = Store::new(&engine, ());
    let module = vellum::Module::new(&engine, b"\0asm\x01\0\0\0");
    let result = module.and_then(|module| linker.instantiate(&mut store, &module));
    assert!(matches!(result, Err(Error::OutOfHeap { free: 1000, .. })), "{result:?}");
    linker.func_wrap("host", "f", || {}).expect("the linker is as it was");
}
