//! What an engine and its stacks take, and what is asked for them.

use crate::counting::measure;
use std::cell::Cell;
use vellum::{CompilationMode, Config, Engine, Error, Instance, Module, Platform, Store};

thread_local! {
    static FREE: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// What is asked for where the heap has nothing, in bytes.
fn needed(f: impl FnOnce() -> Result<(), Error>) -> usize {
    FREE.set(0);
    let refused = f();
    FREE.set(usize::MAX);
    match refused {
        Err(Error::OutOfHeap { needed, free: 0 }) => needed,
        other => panic!("{other:?}"),
    }
}

/// Engines that differ in what they allocate.
fn configurations() -> Vec<Config> {
    let modes = [CompilationMode::Eager, CompilationMode::Lazy];
    let mut all = Vec::new();
    for mode in modes {
        for (fuel, threads) in [(false, false), (true, false), (false, true)] {
            let mut config = Config::new();
            config.compilation_mode(mode).consume_fuel(fuel).threads(threads);
            config.platform(&Platform::STD).heap_free(|| FREE.get());
            all.push(config);
        }
    }
    all
}

#[test]
fn an_engine_asks_for_what_it_takes() {
    for config in configurations() {
        let needed = needed(|| Engine::new(&config).map(drop)).cast_signed();
        let (engine, taken) = measure(|| Engine::new(&config));
        assert!(engine.is_ok(), "{engine:?}");
        assert!(taken.peak <= needed && needed < 3 * taken.peak, "{needed}: {taken:?}, {config:?}");
    }
}

#[test]
fn stacks_ask_for_what_they_take() {
    let mut most = 0.0f64;
    for mut config in configurations() {
        for recursion in [1, 4, 5, 64, 65, 100, 1000] {
            for (value_stack, calls) in [(0, 1), (1, 3), (3072, 1), (3072, 4), (65_537, 2), (8, 33)]
            {
                config.max_recursion_depth(recursion);
                config.max_value_stack(value_stack).concurrent_calls(calls);
                let engine = Engine::new(&config).expect("the configuration is valid");
                let module = Module::new(&engine, b"\0asm\x01\0\0\0").expect("it is valid");
                let mut store = Store::new(&engine, ());
                let mut instantiate = || Instance::new(&mut store, &module, &[]).map(drop);
                let needed = needed(&mut instantiate).cast_signed();
                let (made, taken) = measure(instantiate);
                assert!(made.is_ok(), "{made:?}");
                assert!(taken.peak <= needed, "{needed}: {taken:?}, {config:?}");
                most = most.max(needed as f64 / taken.peak as f64);
            }
        }
    }
    assert!(most < 4.0, "{most}");
}
