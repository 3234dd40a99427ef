//! Futures of calls that are forgotten, which never return their stack.

use crate::setup::engine;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use vellum::{
    Caller, Error, Limit, Linker, MemoryType, PAGE_SIZE, PagePool, SharedMemory, Store, Val,
    WAITERS,
};
use vellum_host_tests::load;

const GUEST: &str = r#"(module
    (import "env" "memory" (memory 1 1 shared))
    (import "env" "later" (func $later (result i32)))
    (func (export "one") (result i32) (i32.const 1))
    (func (export "endless") (result i32) (loop (br 0)) (unreachable))
    (func (export "wait") (result i32)
        (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
    (func (export "later") (result i32) (call $later)))"#;

type Later<R> = Box<dyn Future<Output = R> + Send>;

/// Begins a call and forgets it.
fn forget(call: impl Future<Output = Result<i32, Error>>) -> Option<Result<i32, Error>> {
    let mut call: Pin<Box<dyn Future<Output = _>>> = Box::pin(call);
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => {
            mem::forget(call);
            None
        }
    }
}

#[test]
fn calls_that_are_forgotten_keep_their_stacks() {
    static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    for name in ["endless", "wait", "later"] {
        let engine = engine(&POOL, true);
        let shared = SharedMemory::new(&engine, MemoryType::shared(1, 1)).unwrap();
        let mut linker = Linker::new(&engine);
        let pending =
            |_: Caller<'_, i32>, ()| Box::new(std::future::pending::<i32>()) as Later<i32>;
        linker.func_wrap_async("env", "later", pending).unwrap();
        let mut store = Store::new(&engine, 7);
        linker.define("env", "memory", shared.as_memory(&mut store).unwrap()).unwrap();
        let instance = linker.instantiate(&mut store, &load(&engine, GUEST).unwrap()).unwrap();
        let call = instance.get_typed_func::<(), i32>(&store, name).unwrap();
        let one = instance.get_typed_func::<(), i32>(&store, "one").unwrap();
        for _ in 0..4 {
            assert_eq!(one.call(&mut store, ()).unwrap(), 1);
            assert!(forget(call.call_async(&mut store, ())).is_none());
        }
        match one.call(&mut store, ()) {
            Err(Error::LimitExceeded(exceeded)) => {
                assert_eq!(exceeded.limit, Limit::ConcurrentCalls);
            }
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(*store.data(), 7);
        // The waits are still there to be notified.
        let waiting = if name == "wait" { 4 } else { 0 };
        assert_eq!(shared.atomic_notify(0, u32::MAX).unwrap(), waiting);
        drop((store, shared, linker));
        assert_eq!(POOL.leased(), 0, "{name}");
    }
}

#[test]
fn waits_that_are_forgotten_keep_their_places() {
    static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut config = vellum::Config::new();
    config.page_pool(&POOL).threads(true).concurrent_calls(WAITERS + 2);
    let engine = vellum::Engine::new(config.platform(const { &vellum::Platform::STD })).unwrap();
    let shared = SharedMemory::new(&engine, MemoryType::shared(1, 1)).unwrap();
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "later", || 0).unwrap();
    let mut store = Store::new(&engine, ());
    linker.define("env", "memory", shared.as_memory(&mut store).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, &load(&engine, GUEST).unwrap()).unwrap();
    let wait = instance.get_typed_func::<(), i32>(&store, "wait").unwrap();
    for _ in 0..WAITERS {
        assert!(forget(wait.call_async(&mut store, ())).is_none());
    }
    for _ in 0..3 {
        match forget(wait.call_async(&mut store, ())) {
            Some(Err(Error::LimitExceeded(exceeded))) => assert_eq!(exceeded.limit, Limit::Waiters),
            other => panic!("{other:?}"),
        }
    }
    let func = instance.get_func(&store, "one").unwrap();
    let mut results = [Val::I32(0)];
    func.call(&mut store, &[], &mut results).unwrap();
    assert_eq!(results.map(|result| result.i32()), [Some(1)]);
}
