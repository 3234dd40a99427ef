//! Guests with threads in a compartment: all of them end with it, and whoever waits for them.

use crate::failing::{BUFFERS, Buffer, STACK, held, within};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;
use vellum::{
    Caller, Config, Engine, Error, Linker, Module, PAGE_SIZE, PagePool, Platform, RunError, Store,
};
use vellum_scenarios::compartments::threads::{life, memory, program};

/// Held by each test: the list of worlds is one for all of them, and what it takes is counted.
static WORLDS: Mutex<()> = Mutex::new(());

pub(crate) fn alone() -> MutexGuard<'static, ()> {
    WORLDS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The platform of threads of an operating system, and that of one alone.
static THREADS: Platform = Platform::STD;
static ALONE: Platform = Platform::ONE_CORE;
/// Of the test that counts them.
static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
/// Of the others, which run meanwhile.
static OTHER_PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();

fn config(buffer: &'static Buffer, platform: &'static Platform) -> Config {
    let mut config = Config::new();
    config.page_pool(&OTHER_PAGES).threads(true).platform(platform).concurrent_calls(8);
    config.compartment(buffer, STACK).slice(20);
    config
}

pub(crate) fn engine(buffer: &'static Buffer) -> Engine {
    Engine::new(&config(buffer, &THREADS)).expect("the buffer is free")
}

#[test]
fn every_allocation_of_the_lives_of_threads_may_fail() {
    let _alone = alone();
    let buffer = &BUFFERS[9];
    let data = Arc::new(());
    let live = |count| {
        let before = held();
        let engine = Engine::new(config(buffer, &ALONE).page_pool(&PAGES));
        let engine = engine.expect("the buffer is free");
        let (lived, made) = within(buffer, count, || life(&engine, &data));
        drop(engine);
        assert_eq!(PAGES.leased(), 0, "{count}: pages are lost");
        assert_eq!(Arc::strong_count(&data), 1, "{count}: something of the embedder's is lost");
        assert_eq!(held() - before, 0, "{count}: heap is lost");
        (lived, made)
    };
    let (whole, count) = live(usize::MAX / 2);
    assert_eq!(whole.expect("there is room"), 97);
    assert!(count > 200, "{count}");
    for fails in 0..count {
        let (lived, _) = live(fails);
        assert!(matches!(lived, Err(Error::OutOfHeap { .. })), "{fails}: {lived:?}");
    }
    assert!(live(count).0.is_ok());
}

/// Uses up the compartment.
fn abandon(engine: &Engine, buffer: &'static Buffer) {
    let (loaded, _) = within(buffer, 0, || Module::new(engine, &b"\0asm\x01\0\0\0"[..]));
    assert!(matches!(loaded, Err(Error::OutOfHeap { .. })), "{loaded:?}");
}

fn is_refused<R>(result: Result<R, Error>) -> bool {
    matches!(result, Err(Error::Compartment(RunError::Abandoned)))
}

/// Counts how often a task is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Woken {
    /// Polls a task until it waits for something else than its next turn.
    fn stop(&self, mut is_pending: impl FnMut() -> bool) {
        loop {
            self.0.store(0, SeqCst);
            assert!(is_pending());
            if self.0.load(SeqCst) == 0 {
                break;
            }
        }
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn whoever_waits_in_an_abandoned_world_is_told() -> Result<(), Error> {
    let _alone = alone();
    let buffer = &BUFFERS[16];
    let engine = engine(buffer);
    let memory = memory(&engine)?;
    let (ends, ended) = mpsc::channel();

    // A guest that blocks, one that is a future, and the host.
    let (mut blocked, instance) = program(&engine, &memory, Arc::default())?;
    let park = instance.get_typed_func::<(), i32>(&blocked, "park")?;
    let end = ends.clone();
    let guest = thread::spawn(move || {
        end.send(is_refused(park.call(&mut blocked, ()))).expect("the test listens");
        // What the store has of the embedder is as it was.
        assert_eq!(Arc::strong_count(blocked.data()), 1);
    });
    let (mut store, instance) = program(&engine, &memory, Arc::default())?;
    let park = instance.get_typed_func::<(), i32>(&store, "park")?;
    let mut future = pin!(park.call_async(&mut store, ()));
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut poll = || future.as_mut().poll(&mut Context::from_waker(&waker));
    woken.stop(|| poll().is_pending());
    let host_memory = memory.clone();
    let host = thread::spawn(move || {
        ends.send(is_refused(host_memory.atomic_wait32(12, 0, None))).expect("the test listens");
    });
    thread::sleep(Duration::from_millis(50));
    assert!(ended.try_recv().is_err(), "they wait");

    abandon(&engine, buffer);
    for _ in 0..2 {
        assert!(ended.recv_timeout(Duration::from_secs(20)).expect("they are told"));
    }
    assert!(woken.0.load(SeqCst) > 0);
    let Poll::Ready(result) = poll() else { panic!("it is told") };
    assert!(is_refused(result));
    guest.join().expect("it ends");
    host.join().expect("it ends");
    Ok(())
}

/// A guest that waits for something else is told, too.
#[test]
fn a_future_that_nobody_polls_is_woken() -> Result<(), Error> {
    let _alone = alone();
    let buffer = &BUFFERS[19];
    let engine = engine(buffer);
    let text = r#"(module (import "host" "later" (func $later (result i32)))
        (func (export "run") (result i32) (call $later)))"#;
    let module = Module::new(&engine, wat::parse_str(text).expect("a module"))?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap_async("host", "later", |_: Caller<'_, ()>, (): ()| {
        Box::new(std::future::pending::<i32>())
    })?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    let run = instance.get_typed_func::<(), i32>(&store, "run")?;
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut call = pin!(run.call_async(&mut store, ()));
    let mut poll = || call.as_mut().poll(&mut Context::from_waker(&waker));
    woken.stop(|| poll().is_pending());
    abandon(&engine, buffer);
    assert_eq!(woken.0.load(SeqCst), 1);
    let Poll::Ready(result) = poll() else { panic!("it is told") };
    assert!(is_refused(result));
    Ok(())
}

/// A host function that has used up the compartment finds nothing of it.
#[test]
fn a_host_function_of_an_abandoned_world_has_no_memory() -> Result<(), Error> {
    let _alone = alone();
    let buffer = &BUFFERS[20];
    let engine = engine(buffer);
    let memory = memory(&engine)?;
    let text = r#"(module (import "env" "memory" (memory 1024 2048 shared (pagesize 1)))
        (import "host" "spawn" (func $spawn (result i32)))
        (func (export "wasi_thread_start") (param i32 i32))
        (func (export "run") (result i32) (call $spawn)))"#;
    let module = Module::new(&engine, wat::parse_str(text).expect("a module"))?;
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.clone())?;
    linker.func_wrap("host", "spawn", move |mut caller: Caller<'_, ()>| {
        assert!(caller.memory().is_some());
        let (spawned, _) = within(buffer, 0, || caller.spawn((), 1));
        assert!(matches!(spawned, Err(Error::OutOfHeap { .. })), "{spawned:?}");
        assert!(caller.memory().is_none() && caller.get_export("run").is_none());
        1
    })?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    let run = instance.get_typed_func::<(), i32>(&store, "run")?;
    // It returns no error of its own.
    assert!(is_refused(run.call(&mut store, ())));
    Ok(())
}

#[test]
fn handles_of_an_abandoned_world_are_refused() -> Result<(), Error> {
    let _alone = alone();
    let buffer = &BUFFERS[17];
    let engine = engine(buffer);
    let memory = memory(&engine)?;
    let (mut store, instance) = program(&engine, &memory, Arc::default())?;
    let run = instance.get_typed_func::<(i32, i32), i32>(&store, "run")?;
    // A guest of another engine, which reaches the memory by its world's lock.
    let other = Engine::new(Config::new().page_pool(&OTHER_PAGES)).expect("a plain engine");
    let text = r#"(module (import "env" "memory" (memory 1024 2048 shared (pagesize 1)))
        (func (export "load") (result i32) (i32.load (i32.const 0)))
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#;
    let module = Module::new(&other, wat::parse_str(text).expect("a module"))?;
    let mut beside = Store::new(&other, ());
    let mut linker = Linker::new(&other);
    linker.define("env", "memory", memory.clone())?;
    let neighbour = linker.instantiate(&mut beside, &module)?;
    let load = neighbour.get_typed_func::<(), i32>(&beside, "load")?;
    assert_eq!(load.call(&mut beside, ())?, 0);

    abandon(&engine, buffer);
    assert!(is_refused(run.call(&mut store, (1, 1))));
    assert!(is_refused(instance.get_export(&store, "run").map(drop)));
    assert!(is_refused(store.memory_bytes()));
    assert!(is_refused(memory.size()));
    assert!(is_refused(memory.with(|bytes| bytes.len())));
    assert!(is_refused(memory.grow(1)));
    assert!(is_refused(memory.atomic_notify(0, 1)));
    assert!(is_refused(memory.atomic_wait32(0, 0, Some(Duration::ZERO))));
    assert!(is_refused(Module::new(&engine, &b"\0asm\x01\0\0\0"[..])));
    let guard = store.lock()?;
    assert!(is_refused(instance.get_export(&guard, "run").map(drop)));
    drop(guard);
    // The neighbour can't reach the memory, and goes on without it.
    assert!(is_refused(load.call(&mut beside, ())));
    let add = neighbour.get_typed_func::<(i32, i32), i32>(&beside, "add")?;
    assert_eq!(add.call(&mut beside, (40, 2))?, 42);

    let again = || Engine::new(&config(buffer, &THREADS));
    drop((store, memory, engine));
    assert!(again().is_err(), "the neighbour's view has the world");
    drop((beside, linker));
    assert!(again().is_ok());
    Ok(())
}
