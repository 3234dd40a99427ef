//! What an engine and a store say they have in use.

use vellum::{AsContextMut, Caller, Error, Linker, PAGE_SIZE, PagePool, Store, Val};
use vellum_host_tests::{engine_with, load};

const GUEST: &str = r#"(module (import "host" "again" (func $again (param i32)))
    (memory 1 2)
    (func (export "run") (param i32)
        (drop (memory.grow (i32.const 1)))
        (if (local.get 0) (then (call $again (local.get 0))))))"#;

/// Calls its guest again, once less deep.
fn again(mut caller: Caller<'_, ()>, depth: i32) -> Result<(), Error> {
    let run = caller.get_export("run").and_then(vellum::Extern::into_func).expect("it is exported");
    run.call(caller.as_context_mut(), &[Val::I32(depth - 1)], &mut [])
}

#[test]
fn calls_memory_and_fuel_are_told() -> Result<(), Error> {
    static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config.concurrent_calls(4).consume_fuel(true).heap_free(|| 123_456);
    });
    assert_eq!(engine.usage().calls_high_water, 0);
    let mut store = Store::new(&engine, ());
    store.set_fuel(10_000)?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "again", again)?;
    let instance = linker.instantiate(&mut store, &load(&engine, GUEST)?)?;
    assert_eq!(store.usage()?.memory, PAGE_SIZE as u64);
    let run = instance.get_typed_func::<i32, ()>(&store, "run")?;
    run.call(&mut store, 2)?;

    let usage = store.usage()?;
    assert_eq!((usage.memory, usage.reserved), (2 * PAGE_SIZE as u64, 2 * PAGE_SIZE as u64));
    assert_eq!(usage.fuel, Some(store.get_fuel()?));
    assert!(usage.fuel < Some(10_000));
    let engine = usage.engine;
    assert_eq!((engine.calls, engine.calls_high_water, engine.calls_limit), (0, 3, 4));
    assert_eq!(engine.pool, Some(PAGES.stats()));
    assert_eq!((engine.heap_left, engine.heap, engine.native_stack), (Some(123_456), None, None));
    run.call(&mut store, 0)?;
    assert_eq!(store.usage()?.engine.calls_high_water, 3);
    Ok(())
}

#[test]
fn without_fuel_and_pool_there_is_less_to_tell() -> Result<(), Error> {
    let engine = vellum::Engine::new(&vellum::Config::new())?;
    let usage = Store::new(&engine, ()).usage()?;
    assert_eq!((usage.fuel, usage.engine.pool, usage.engine.heap_left), (None, None, None));
    let text = "memory: 0 bytes in use of 0 reserved; value stacks: 0 of 1 in use, 0 high-water, \
                3072 bytes each";
    assert_eq!(usage.to_string(), text);
    Ok(())
}
