//! Settings that no machine could carry out.

use proptest::prelude::*;
use std::time::Duration;
use vellum::{
    CompilationMode, Config, Engine, Error, Linker, ModuleLimits, PAGE_SIZE, PagePool, Platform,
    Store,
};
use vellum_host_tests::{instance, load};

static THREADS: Platform = Platform::STD;
/// Pages of the pool, of which the guest needs one and what it may grow by.
const PAGES: u64 = 4;

/// Bytes that a small heap has free.
const HEAP: usize = 1 << 20;

const GUEST: &str = r#"(module
    (memory (export "memory") 1)
    (func $add (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "add") (param i32 i32) (result i32)
        (i32.store (i32.const 0) (call $add (local.get 0) (local.get 1)))
        (i32.load (i32.const 0))))"#;

#[test]
fn what_is_not_allocated_may_be_as_large_as_it_will() {
    static POOL: PagePool<[u8; PAGES as usize * PAGE_SIZE]> = PagePool::new();
    for threads in [false, true] {
        let mut config = Config::new();
        config.page_pool(&POOL).platform(&THREADS).threads(threads).consume_fuel(true);
        config.slice(u64::MAX).max_threads(usize::MAX).max_wait(Duration::MAX);
        config.memory_reserve(u64::MAX).memory_maximum(PAGES);
        config.module_limits(ModuleLimits::UNLIMITED);
        let mut store = Store::new(&Engine::new(&config).unwrap(), ());
        store.set_fuel(u64::MAX).unwrap();
        let instance = instance(&mut store, GUEST).unwrap();
        let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add").unwrap();
        assert_eq!(add.call(&mut store, (1, 2)).unwrap(), 3);
        let memory = instance.get_memory(&store, "memory").unwrap();
        assert_eq!(memory.capacity(&store).unwrap(), POOL.capacity());
    }
    let mut config = Config::new();
    config.page_pool(&POOL).memory_reserve(u64::MAX);
    let mut store = Store::new(&Engine::new(&config).unwrap(), ());
    assert!(matches!(instance(&mut store, GUEST), Err(Error::OutOfPages(_))));
}

/// Numbers at the edges of what fits anywhere, and any others.
fn number() -> impl Strategy<Value = u64> {
    let edge = (0..=64_u32, 0..=2_u64).prop_map(|(power, add)| {
        let base = 1_u64.checked_shl(power).unwrap_or(0);
        base.wrapping_add(add).wrapping_sub(1)
    });
    prop_oneof![edge, any::<u64>(), 0..5_000_u64]
}

fn size() -> impl Strategy<Value = usize> {
    number().prop_map(|number| number as usize)
}

#[derive(Debug, Clone)]
struct Settings {
    value_stack: usize,
    recursion: usize,
    calls: usize,
    max_threads: usize,
    threads: bool,
    fuel: bool,
    slice: u64,
    max_wait: Option<Duration>,
    reserve: u64,
    maximum: u64,
    mode: CompilationMode,
    limits: ModuleLimits,
    heap_free: bool,
}

fn mode() -> impl Strategy<Value = CompilationMode> {
    use CompilationMode::{Eager, Lazy};
    prop_oneof![Just(Eager), Just(Lazy)]
}

prop_compose! {
    fn limits()(
        sizes in (size(), size()),
        counts in [number(), number(), number(), number(), number(), number(), number()],
        default in any::<bool>(),
    ) -> ModuleLimits {
        if default {
            return ModuleLimits::default();
        }
        let [functions, locals, globals, types, imports, exports, element_items] =
            counts.map(|count| count as u32);
        let (module_bytes, function_bytes) = sizes;
        ModuleLimits {
            module_bytes, functions, function_bytes, locals, globals, types, imports, exports,
            element_items,
        }
    }
}

prop_compose! {
    fn settings()(
        (value_stack, recursion, calls) in prop_oneof![
            (size(), size(), size()),
            (size(), Just(64), 1..4_usize),
            (Just(3072), size(), 1..4_usize),
            (Just(3072), Just(64), size()),
            (0..5_000_usize, 0..200_usize, 0..10_usize),
        ],
        (max_threads, threads, fuel, slice) in (size(), any::<bool>(), any::<bool>(), number()),
        max_wait in proptest::option::of(any::<Duration>()),
        (reserve, maximum) in prop_oneof![(number(), number()), (0..PAGES, number())],
        mode in mode(),
        limits in limits(),
        heap_free in any::<bool>(),
    ) -> Settings {
        Settings {
            value_stack, recursion, calls, max_threads, threads, fuel, slice, max_wait, reserve,
            maximum, mode, limits, heap_free,
        }
    }
}

impl Settings {
    fn engine(&self, pool: &'static PagePool) -> Result<Engine, Error> {
        let mut config = Config::new();
        config
            .page_pool(pool)
            .platform(&THREADS)
            .max_value_stack(self.value_stack)
            .max_recursion_depth(self.recursion)
            .concurrent_calls(self.calls)
            .max_threads(self.max_threads)
            .threads(self.threads)
            .consume_fuel(self.fuel)
            .slice(self.slice)
            .memory_reserve(self.reserve)
            .memory_maximum(self.maximum)
            .compilation_mode(self.mode)
            .module_limits(self.limits);
        if let Some(time) = self.max_wait {
            config.max_wait(time);
        }
        if self.heap_free {
            config.heap_free(|| HEAP);
        }
        Engine::new(&config)
    }

    /// Whether the guest has all that it needs.
    fn are_enough(&self) -> bool {
        let pages = self.reserve.saturating_add(1).min(self.maximum);
        let stack = self.recursion.saturating_mul(64).saturating_add(self.value_stack);
        let stacks = stack.saturating_add(1024).saturating_mul(self.calls.saturating_add(1));
        let stacks = stacks.saturating_add(8 << 10);
        (1..=PAGES).contains(&pages)
            && self.value_stack >= 1024
            && self.recursion >= 2
            && (!self.heap_free || stacks <= HEAP)
            && self.limits == ModuleLimits::default()
    }
}

fn run(engine: &Engine, fuel: bool) -> Result<i32, Error> {
    let mut store = Store::new(engine, ());
    if fuel {
        store.set_fuel(1 << 40)?;
    }
    let module = load(engine, GUEST)?;
    let instance = Linker::new(engine).instantiate(&mut store, &module)?;
    let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add")?;
    add.call(&mut store, (20, 22))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// An engine is made or refused, and one that is made runs what there is room for.
    #[test]
    fn any_settings_are_carried_out_or_refused(settings in settings()) {
        static POOL: PagePool<[u8; PAGES as usize * PAGE_SIZE]> = PagePool::new();
        match settings.engine(&POOL) {
            Ok(engine) => match run(&engine, settings.fuel) {
                Ok(result) => prop_assert_eq!(result, 42),
                Err(error) => prop_assert!(!settings.are_enough(), "{}", error),
            },
            Err(Error::Config(_) | Error::LimitExceeded(_)) => {}
            Err(error) => prop_assert!(false, "{}", error),
        }
        prop_assert_eq!(POOL.leased(), 0);
    }
}
