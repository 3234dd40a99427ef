//! The platform of loom's threads, and memories small enough to try every order of events.

use std::cell::Cell;

use loom::sync::{Condvar, Mutex};
use loom::thread::{self, JoinHandle};
use vellum_memory::{Context, MemoryType, PagePool, Platform, SharedMemory};

loom::thread_local! {
    static CONTEXT: Cell<Context> = Cell::new(Context::thread(0, 0));
}

loom::lazy_static! {
    /// How many signals there were.
    static ref SIGNALS: Mutex<usize> = Mutex::new(0);
    static ref SIGNALLED: Condvar = Condvar::new();
}

loom::thread_local! {
    /// The signals that this thread has heard.
    static HEARD: Cell<usize> = Cell::new(0);
}

/// Nothing but a signal ends the idleness of a thread: if one is lost, loom finds a deadlock.
pub(crate) static LOOM: Platform =
    Platform::new(|| CONTEXT.with(Cell::get)).with_relax(thread::yield_now).with_idle(idle, signal);

fn idle() {
    let mut signals = SIGNALS.lock().unwrap();
    while *signals == HEARD.with(Cell::get) {
        signals = SIGNALLED.wait(signals).unwrap();
    }
    HEARD.with(|heard| heard.set(*signals));
}

fn signal() {
    *SIGNALS.lock().unwrap() += 1;
    SIGNALLED.notify_all();
}

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
    growing(16)
}

/// A shared memory of so many bytes, which grows to 16.
pub(crate) fn growing(min: u64) -> SharedMemory {
    let ty = MemoryType::builder().min(min).max(Some(16)).page_size_log2(0).build().unwrap();
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
