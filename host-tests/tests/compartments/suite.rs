//! The modules of the official suite, each allocation of which fails while they are loaded and
//! instantiated.

use crate::failing::{Buffer, held, within};
use std::thread;
use vellum::{Config, Engine, Error, Linker, Module, ModuleLimits, PAGE_SIZE, PagePool, Store};
use vellum_host_tests::suite::{files, translate};
use vellum_scenarios::script::Directive;

/// How many modules are tried.
const MODULES: usize = 1000;
/// Bytes of the native stack.
const STACK: usize = 256 * 1024;
/// How many threads try them.
const THREADS: usize = 2;

static PAGES: [PagePool<[u8; 64 * PAGE_SIZE]>; THREADS] = [const { PagePool::new() }; THREADS];
/// One for each thread.
pub(crate) static BUFFERS: [Buffer; THREADS] = [const { Buffer::new() }; THREADS];

/// The first modules of the suite, valid or not.
fn modules() -> Vec<Vec<u8>> {
    let lines =
        files().into_iter().flat_map(|(_, file)| translate(&file, false).map(|it| it.lines));
    let modules = lines.flatten().filter_map(|line| match line.directive {
        Directive::Module { module, .. }
        | Directive::Definition { module, .. }
        | Directive::Invalid(module)
        | Directive::Unlinkable(module, _) => Some(module),
        _ => None,
    });
    modules.take(MODULES).collect()
}

/// Loads a module and makes an instance of it, where functions that it imports trap.
fn load(engine: &Engine, bytes: &[u8]) -> Result<(), Error> {
    let module = Module::new(engine, bytes.to_vec())?;
    let mut store = Store::new(engine, ());
    store.set_fuel(10_000)?;
    let mut linker = Linker::new(engine);
    linker.define_unknown_imports_as_traps(&module)?;
    linker.instantiate(&mut store, &module).map(drop)
}

/// How many allocations of the modules of a thread failed.
fn each(thread: usize, modules: &[Vec<u8>]) -> usize {
    let (pages, buffer) = (&PAGES[thread], &BUFFERS[thread]);
    let mut config = Config::new();
    config.page_pool(pages).memory_maximum(4).memory_reserve(1).consume_fuel(true);
    config.module_limits(ModuleLimits::UNLIMITED).compartment(buffer, STACK);
    let mut failed = 0;
    for (number, bytes) in modules.iter().enumerate() {
        let attempt = |count| {
            let before = held();
            let engine = Engine::new(&config).expect("the buffer is free");
            let (loaded, made) = within(buffer, count, || load(&engine, bytes));
            let is_out = matches!(loaded, Err(Error::OutOfHeap { .. }));
            let is_broken = matches!(loaded, Err(Error::Internal(_) | Error::Compartment(_)));
            assert!(!is_broken, "{number} {count}: {loaded:?}");
            drop((loaded, engine));
            assert_eq!((held() - before, pages.leased()), (0, 0), "{number} {count}");
            (is_out, made)
        };
        let (is_out, count) = attempt(usize::MAX / 2);
        assert!(!is_out, "{number} fits");
        for fails in 0..count {
            assert!(attempt(fails).0, "{number} {fails}");
            failed += 1;
        }
    }
    failed
}

#[test]
fn every_allocation_of_the_suites_modules_may_fail() {
    let modules = modules();
    assert_eq!(modules.len(), MODULES);
    let failed: usize = thread::scope(|scope| {
        let parts = modules.chunks(MODULES / THREADS).enumerate();
        let threads: Vec<_> =
            parts.map(|(thread, part)| scope.spawn(move || each(thread, part))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).sum()
    });
    println!("{failed} allocations failed");
    assert!(failed > 20_000, "{failed}");
}
