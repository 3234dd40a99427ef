//! What a module in parts does is what any module does.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use vellum::{
    Caller, Config, ConfigError, Engine, Error, Linker, Module, PAGE_SIZE, PagePool, Store, Val,
};
use vellum_host_tests::engine_with;
use vellum_host_tests::parts::whole;

/// The size of the guest's memory, which it finds as any host function does.
fn size(mut caller: Caller<'_, ()>) -> Result<u32, Error> {
    let memory = caller.memory().ok_or(Error::Internal("the guest has no memory"))?;
    Ok(memory.size(&caller)? as u32)
}

fn linker(engine: &Engine) -> Result<Linker<()>, Error> {
    let mut linker = Linker::new(engine);
    linker.func_wrap("host", "size", size)?;
    Ok(linker)
}

#[test]
fn parts_are_loaded_once_and_share_what_the_module_has() -> Result<(), Error> {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |_| {});
    let module = Module::new(&engine, whole())?;
    let mut store = Store::new(&engine, ());
    let instance = linker(&engine)?.instantiate(&mut store, &module)?;
    let one = instance.get_typed_func::<i32, i32>(&store, "one")?;
    assert_eq!(one.call(&mut store, 5)?, 6);
    assert_eq!(one.call(&mut store, 7)?, 13);
    let count = instance.get_global(&store, "count")?;
    assert!(matches!(count.get(&store)?, Val::I32(42)));

    // Each instance loads its own.
    let mut other = Store::new(&engine, ());
    let instance = linker(&engine)?.instantiate(&mut other, &module)?;
    let one = instance.get_typed_func::<i32, i32>(&other, "one")?;
    assert_eq!(one.call(&mut other, 1)?, 2);
    Ok(())
}

#[test]
fn what_is_there_for_parts_alone_is_not_shown() -> Result<(), Error> {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |_| {});
    let module = Module::new(&engine, whole())?;
    let imports: Vec<_> = module.imports().map(|import| import.name().to_owned()).collect();
    assert_eq!(imports, ["size"]);
    let mut exports: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
    exports.sort();
    assert_eq!(exports, ["count", "memory", "one"]);
    let mut store = Store::new(&engine, ());
    let instance = linker(&engine)?.instantiate(&mut store, &module)?;
    assert_eq!(instance.exports(&store)?.len(), 3);
    assert!(instance.get_export(&store, "vellum.parts.g0")?.is_none());
    Ok(())
}

#[test]
fn a_part_that_the_heap_has_no_room_for_is_loaded_later() -> Result<(), Error> {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    static FREE: AtomicUsize = AtomicUsize::new(1 << 20);
    let engine = engine_with(&PAGES, |config| {
        config.heap_free(|| FREE.load(Relaxed));
    });
    let module = Module::new(&engine, whole())?;
    let mut store = Store::new(&engine, ());
    let instance = linker(&engine)?.instantiate(&mut store, &module)?;
    let one = instance.get_typed_func::<i32, i32>(&store, "one")?;
    FREE.store(1_000, Relaxed);
    for _ in 0..3 {
        let error = one.call(&mut store, 5).expect_err("the heap has no room");
        assert!(matches!(error, Error::OutOfHeap { needed: 1_001.., free: 1_000 }), "{error:?}");
    }
    FREE.store(1 << 20, Relaxed);
    assert_eq!(one.call(&mut store, 5)?, 6);
    Ok(())
}

#[test]
fn engines_with_threads_refuse_it() {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config.threads(true);
    });
    let error = Module::new(&engine, whole()).expect_err("it is refused");
    assert!(matches!(error, Error::Config(ConfigError::PartsThreads)), "{error:?}");
}

#[test]
fn an_engine_without_pages_has_them_too() -> Result<(), Error> {
    let engine = Engine::new(&Config::new())?;
    assert!(Module::new(&engine, whole()).is_ok());
    Ok(())
}
