//! Workers as tasks of embassy's executor, polled until all of them are done.

use alloc::{boxed::Box, vec::Vec};
use core::cell::RefCell;

use critical_section::Mutex;
use embassy_executor::raw::Executor;
use vellum::Error;
use vellum_scenarios::{Worker, examples::shared::WORKERS};

/// How the tasks that are done ended.
static DONE: Mutex<RefCell<Vec<Result<(), Error>>>> = Mutex::new(RefCell::new(Vec::new()));

/// Runs workers at once, each in a task of its own.
///
/// The executor stays for good, because its tasks may only refer to what does.
pub(crate) fn at_once(workers: impl ExactSizeIterator<Item = Box<Worker>>) -> Result<(), Error> {
    let executor: &'static Executor = Box::leak(Box::new(Executor::new(core::ptr::null_mut())));
    let spawner = executor.spawner();
    let started = workers.len();
    for worker in workers {
        spawner.spawn(work(worker).map_err(|_| Error::Config("no place for another task"))?);
    }
    while critical_section::with(|cs| DONE.borrow_ref(cs).len()) < started {
        poll(executor);
    }
    let results = critical_section::with(|cs| DONE.borrow_ref_mut(cs).split_off(0));
    results.into_iter().collect()
}

#[embassy_executor::task(pool_size = WORKERS as usize)]
async fn work(mut worker: Box<Worker>) {
    let result = worker.run_async().await;
    critical_section::with(|cs| DONE.borrow_ref_mut(cs).push(result));
}

#[expect(unsafe_code, reason = "the executor trusts its owner not to poll it from within itself")]
fn poll(executor: &'static Executor) {
    // SAFETY: only `at_once` gets here, which no task calls: it is not polled from within itself.
    unsafe { executor.poll() }
}

/// Called when the executor has work to do: it is polled all the time.
#[expect(unsafe_code, reason = "the executor calls a function of this name")]
#[unsafe(export_name = "__pender")]
fn pender(_: *mut ()) {}
