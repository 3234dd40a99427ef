//! The platform of loom's threads, and memories small enough to try every order of events.

use std::cell::Cell;

use loom::thread::{self, JoinHandle};
use vellum_memory::{Context, MemoryType, PagePool, Platform, SharedMemory};

loom::thread_local! {
    static CONTEXT: Cell<Context> = Cell::new(Context::thread(0, 0));
}

pub(crate) static LOOM: Platform = Platform::new(|| CONTEXT.with(Cell::get))
    .with_relax(thread::yield_now)
    .with_idle(thread::yield_now, || {});

static POOL: PagePool<[[u8; 16]; 16]> = PagePool::new();

/// Runs `work` as another context.
pub(crate) fn spawn<T: 'static>(
    context: Context,
    work: impl FnOnce() -> T + 'static,
) -> JoinHandle<T> {
    thread::spawn(move || {
        CONTEXT.with(|current| current.set(context));
        work()
    })
}

/// Runs `work` as another thread.
pub(crate) fn spawn_thread<T: 'static>(
    id: usize,
    work: impl FnOnce() -> T + 'static,
) -> JoinHandle<T> {
    spawn(Context::thread(0, id), work)
}

/// A shared memory of 16 bytes.
pub(crate) fn memory() -> SharedMemory {
    let ty = MemoryType::builder().min(16).max(Some(16)).page_size_log2(0).build().unwrap();
    SharedMemory::new(&POOL, ty).unwrap().on(&LOOM)
}

/// Tries every order of events with at most `preemptions` threads interrupted.
pub(crate) fn model(
    preemptions: impl Into<Option<usize>>,
    test: impl Fn() + Sync + Send + 'static,
) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions.into();
    builder.check(test);
}
