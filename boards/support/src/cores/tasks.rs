//! Work as tasks of embassy's executor, polled until all of it is done.

#![expect(unsafe_code, reason = "the executor trusts its owner, and calls a function by its name")]

use alloc::{boxed::Box, vec::Vec};
use core::{
    cell::{OnceCell, RefCell},
    mem, ptr,
};

use critical_section::Mutex;
use embassy_executor::raw::Executor;
use vellum::Error;
use vellum_scenarios::Work;

/// How many tasks there may be.
const TASKS: usize = 4;

/// How the tasks that are done ended.
static DONE: Mutex<RefCell<Vec<Result<(), Error>>>> = Mutex::new(RefCell::new(Vec::new()));

/// The executor. It is never dropped, because its tasks may only borrow from what is `static`.
struct ExecutorCell(OnceCell<Executor>);

// SAFETY: there is one core, and what gets here runs in no interrupt handler.
unsafe impl Sync for ExecutorCell {}

static EXECUTOR: ExecutorCell = ExecutorCell(OnceCell::new());

/// Runs all of these at once, each in its own task.
pub(crate) fn at_once(works: Vec<Box<dyn Work>>) -> Result<(), Error> {
    let executor = EXECUTOR.0.get_or_init(|| Executor::new(ptr::null_mut()));
    let spawner = executor.spawner();
    let started = works.len();
    for work in works {
        spawner.spawn(task(work).map_err(|_| Error::host("no place for another task"))?);
    }
    while critical_section::with(|cs| DONE.borrow_ref(cs).len()) < started {
        // SAFETY: only this function polls it, which no task calls: not from within itself.
        unsafe { executor.poll() };
    }
    let results = critical_section::with(|cs| mem::take(&mut *DONE.borrow_ref_mut(cs)));
    results.into_iter().collect()
}

#[embassy_executor::task(pool_size = TASKS)]
async fn task(mut work: Box<dyn Work>) {
    let result = work.task().await;
    critical_section::with(|cs| DONE.borrow_ref_mut(cs).push(result));
}

/// Called when the executor has work to do: it is polled all the time.
#[unsafe(export_name = "__pender")]
fn pender(_: *mut ()) {}
