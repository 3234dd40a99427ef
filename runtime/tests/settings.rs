//! Absurd settings and tables, whatever the size of an address.
//!
//! ```text
//! MIRIFLAGS="-Zmiri-permissive-provenance" \
//!     cargo +nightly miri test -p vellum --test settings --target i686-unknown-linux-gnu
//! ```

use std::iter;
use vellum::{
    Config, Engine, Error, Limit, Linker, Memory, MemoryType, Module, ModuleLimits, PAGE_SIZE,
    PagePool, Ref, RefType, Store, StoreLimits, Table, TableType,
};

/// Bytes that all stacks of an engine may take.
const MOST: usize = 1 << 28;

/// Numbers whose multiples overflow, and neighbours of powers of two.
fn large() -> impl Iterator<Item = usize> {
    let powers = (28..usize::BITS).flat_map(|power| [1 << power, (1 << power) + 1]);
    let others = [usize::MAX / 64, usize::MAX / 3, usize::MAX - 1, usize::MAX];
    powers.chain(others).filter(|&value| value >= MOST)
}

fn is_too_much(config: &Config) -> bool {
    match Engine::new(config) {
        Err(Error::LimitExceeded(exceeded)) => {
            assert_eq!((exceeded.limit, exceeded.maximum), (Limit::StackBytes, MOST as u64));
            exceeded.found > exceeded.maximum
        }
        _ => false,
    }
}

#[test]
fn stacks_that_no_heap_has_room_for_are_refused() {
    type Set = fn(&mut Config, usize) -> &mut Config;
    let setters: [Set; 3] =
        [Config::max_value_stack, Config::max_recursion_depth, Config::concurrent_calls];
    for (value, set) in large().flat_map(|value| setters.map(|set| (value, set))) {
        let mut config = Config::new();
        assert!(is_too_much(set(&mut config, value)), "{value}");
        // A heap that is all there is has no room either.
        assert!(is_too_much(config.heap_free(|| usize::MAX)), "{value}");
    }
    // What each may have, all together may not.
    let mut config = Config::new();
    config.max_value_stack(1 << 20).concurrent_calls(250);
    assert!(Engine::new(&config).is_ok());
    assert!(is_too_much(config.concurrent_calls(256)));
    assert!(is_too_much(config.max_value_stack(1 << 16).concurrent_calls(1 << 16)));
    assert!(is_too_much(config.max_recursion_depth(1 << 16)));
}

#[test]
fn what_allows_no_call_is_refused() {
    for (calls, recursion) in [(0, 1), (1, 0), (0, 0), (usize::MAX, 0), (0, usize::MAX)] {
        let mut config = Config::new();
        config.concurrent_calls(calls).max_recursion_depth(recursion);
        assert!(matches!(Engine::new(&config), Err(Error::Config(_))));
    }
}

/// Whether they fit is asked when they are allocated: until then there may be more room.
#[test]
fn stacks_that_the_heap_has_no_room_for_are_refused_with_the_first_instance() {
    let mut config = Config::new();
    config.max_value_stack(64 * 1024).max_recursion_depth(4);
    for (free, fits) in [((|| 64 * 1024) as fn() -> usize, false), (|| 80 * 1024, true)] {
        let engine = Engine::new(config.heap_free(free)).unwrap();
        let module = Module::new(&engine, wat::parse_str("(module)").unwrap()).unwrap();
        let made = Linker::new(&engine).instantiate(&mut Store::new(&engine, ()), &module);
        match made {
            Ok(_) => assert!(fits),
            Err(Error::OutOfHeap { needed: 65_537.., free: 65_536 }) => assert!(!fits),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn pages_that_no_pool_has_are_refused() {
    static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    let pages = [0, 13, 31, 32, 47, 48, 63].map(|power| 1 << power).into_iter().chain([u64::MAX]);
    for pages in pages {
        let mut config = Config::new();
        config.page_pool(&POOL).memory_reserve(pages);
        let mut store = Store::new(&Engine::new(&config).expect("it reserves nothing"), ());
        let made = Memory::new(&mut store, MemoryType::new(1, None));
        match pages {
            1 => assert_eq!(made.unwrap().capacity(&store).unwrap(), 2 * PAGE_SIZE),
            _ => assert!(matches!(made, Err(Error::OutOfPages(_))), "{made:?}"),
        }
        drop(store);
        let mut store = Store::new(&Engine::new(config.memory_maximum(2)).unwrap(), ());
        let memory = Memory::new(&mut store, MemoryType::new(1, None)).unwrap();
        assert_eq!(memory.capacity(&store).unwrap(), 2 * PAGE_SIZE);
        let mut store = Store::new(&Engine::new(config.memory_maximum(0)).unwrap(), ());
        let refused = Memory::new(&mut store, MemoryType::new(1, None));
        assert!(matches!(refused, Err(Error::LimitExceeded(_))));
    }
}

/// A store that sets no limits of its own, and a heap that says it has room for anything.
fn unlimited() -> Store<()> {
    let mut config = Config::new();
    config.module_limits(ModuleLimits::UNLIMITED).max_recursion_depth(4);
    let mut store = Store::new(&Engine::new(&config).unwrap(), ());
    store.set_limits(StoreLimits { table_elements: usize::MAX, ..StoreLimits::default() });
    store
}

fn is_refused<R>(made: Result<R, Error>) -> bool {
    matches!(made, Err(Error::LimitExceeded(exceeded)) if exceeded.limit == Limit::TableElements)
}

/// Elements that no table may have.
const TOO_MANY: [u32; 4] = [10_000_001, 1 << 31, u32::MAX - 1, u32::MAX];

#[test]
fn tables_that_no_heap_has_room_for_are_refused() {
    let mut store = unlimited();
    let engine = store.engine().clone();
    for (elements, ty) in TOO_MANY.into_iter().zip(["funcref", "externref"].into_iter().cycle()) {
        for maximum in ["", "0xffffffff"] {
            let text = format!("(module (table {elements} {maximum} {ty}))");
            let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
            assert!(is_refused(Linker::new(&engine).instantiate(&mut store, &module)));
        }
        for maximum in [None, Some(u32::MAX)] {
            let ty = TableType::new(RefType::Func, elements, maximum);
            assert!(is_refused(Table::new(&mut store, ty, Ref::Func(None))));
        }
    }
    // One that may become so large is no harm.
    let ty = TableType::new(RefType::Func, 1, Some(u32::MAX));
    let table = Table::new(&mut store, ty, Ref::Func(None)).unwrap();
    let most = u64::from(u32::MAX);
    for delta in TOO_MANY.into_iter().map(u64::from).chain([most - 1]) {
        let grown = table.grow(&mut store, delta, Ref::Func(None));
        match delta {
            0xffff_ffff => assert!(matches!(grown, Err(Error::TableOutOfBounds))),
            _ => assert!(is_refused(grown)),
        }
    }
    for delta in [most + 1, u64::MAX - 1, u64::MAX] {
        let grown = table.grow(&mut store, delta, Ref::Func(None));
        assert!(matches!(grown, Err(Error::TableOutOfBounds)), "{delta}");
    }
    assert_eq!(table.size(&store).unwrap(), 1);
}

#[test]
fn guests_get_minus_one_for_elements_that_no_heap_has_room_for() {
    let mut store = unlimited();
    let engine = store.engine().clone();
    let text = r#"(module
        (table $open 1 externref) (table $closed 1 0xffffffff externref)
        (func (export "open") (param i32) (result i32)
            (table.grow $open (ref.null extern) (local.get 0)))
        (func (export "closed") (param i32) (result i32)
            (table.grow $closed (ref.null extern) (local.get 0))))"#;
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let instance = Linker::new(&engine).instantiate(&mut store, &module).unwrap();
    for name in ["open", "closed"] {
        let grow = instance.get_typed_func::<i32, i32>(&store, name).unwrap();
        for delta in TOO_MANY.into_iter().chain(iter::once(10_000_000)) {
            assert_eq!(grow.call(&mut store, delta.cast_signed()).unwrap(), -1);
        }
        assert_eq!(grow.call(&mut store, 2).unwrap(), 1);
        assert_eq!(grow.call(&mut store, 0).unwrap(), 3);
    }
}

/// Where the heap tells, a module whose tables do not fit is not even loaded.
#[test]
fn tables_that_the_heap_has_no_room_for_are_refused() {
    let mut config = Config::new();
    config.heap_free(|| 1 << 20);
    let engine = Engine::new(&config).unwrap();
    for elements in TOO_MANY {
        let text = format!("(module (table {elements} funcref))");
        let loaded = Module::new(&engine, wat::parse_str(text).unwrap());
        assert!(matches!(loaded, Err(Error::OutOfHeap { .. })), "{elements}");
    }
}
