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
fn growth_that_the_reserve_refuses_is_counted() -> Result<(), Error> {
    static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();
    // The first may have three pages by its reserve, the second four, the third two by its type.
    const GUEST: &str = r#"(module (memory 1) (memory 2) (memory 1 2)
        (func (export "0") (param i32) (result i32) (memory.grow 0 (local.get 0)))
        (func (export "1") (param i32) (result i32) (memory.grow 1 (local.get 0)))
        (func (export "2") (param i32) (result i32) (memory.grow 2 (local.get 0)))
        (export "memory" (memory 0)))"#;
    for (threads, fuel) in [(false, false), (false, true), (true, false)] {
        let engine = engine_with(&PAGES, |config| {
            config.memory_reserve(2).threads(threads).consume_fuel(fuel);
        });
        let mut store = Store::new(&engine, ());
        if fuel {
            store.set_fuel(1_000_000)?;
        }
        let instance = Linker::new(&engine).instantiate(&mut store, &load(&engine, GUEST)?)?;
        let mut grow = |memory, pages: i32, result, refused| -> Result<(), Error> {
            let run = instance.get_typed_func::<i32, i32>(&store, memory)?;
            assert_eq!(run.call(&mut store, pages)?, result, "{memory} by {pages}");
            assert_eq!(store.usage()?.refused_growths, refused, "{memory} by {pages}");
            Ok(())
        };
        grow("0", 3, -1, 1)?;
        grow("0", 2, 1, 1)?;
        grow("0", 1, -1, 2)?;
        grow("1", 3, -1, 3)?;
        grow("1", 2, 2, 3)?;
        // What their types forbid, and what no memory can have, is no matter of the reserve.
        grow("2", 1, 1, 3)?;
        grow("2", 1, -1, 3)?;
        grow("0", -1, -1, 3)?;
        let memory = instance.get_memory(&store, "memory")?;
        assert!(memory.grow(&mut store, 1).is_err());
        let usage = store.usage()?;
        assert_eq!(usage.refused_growths, 4);
        assert!(usage.to_string().contains("; growth refused: 4 times; "), "{usage}");
        drop(store);
        assert_eq!(PAGES.leased(), 0);
    }
    Ok(())
}

#[test]
fn without_fuel_and_pool_there_is_less_to_tell() -> Result<(), Error> {
    let engine = vellum::Engine::new(&vellum::Config::new())?;
    let usage = Store::new(&engine, ()).usage()?;
    assert_eq!((usage.fuel, usage.engine.pool, usage.engine.heap_left), (None, None, None));
    let text = "memory: 0 bytes in use of 0 reserved; value stacks: 0 of 1 in use, 0 high-water, \
                3,072 bytes each";
    assert_eq!(usage.to_string(), text);
    Ok(())
}
