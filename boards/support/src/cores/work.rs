//! Work that both cores do at once.

use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::{
    cell::Cell,
    sync::atomic::{
        AtomicU8, AtomicUsize,
        Ordering::{AcqRel, Acquire, Relaxed, Release},
    },
};

use cortex_m::asm;
use critical_section::Mutex;
use vellum::Error;
use vellum_scenarios::Work;

use super::{second, two};
use crate::stack;

type Job = Box<dyn FnOnce() + Send>;

/// What core 1 shall do.
static JOB: Mutex<Cell<Option<Job>>> = Mutex::new(Cell::new(None));
/// How far it is.
static STATE: AtomicU8 = AtomicU8::new(IDLE);
const IDLE: u8 = 0;
const POSTED: u8 = 1;
const TAKEN: u8 = 2;

/// Most bytes of core 1's stack in use in one job.
static DEEPEST: AtomicUsize = AtomicUsize::new(0);

/// Most bytes of core 1's stack in use at one time.
pub(crate) fn high_water() -> usize {
    DEEPEST.load(Relaxed)
}

/// Does every other one of these on each core, and those of one core one after the other: two of
/// them are done at once. Core 0 waits until all are done.
pub(crate) fn at_once(works: Vec<Box<dyn Work>>) -> Result<(), Error> {
    let (even, odd): (Vec<_>, Vec<_>) =
        works.into_iter().enumerate().partition(|(index, _)| index % 2 == 0);
    let result = Arc::new(Mutex::new(Cell::new(Ok(()))));
    let told = result.clone();
    let first = beside(
        Box::new(move || {
            let result = in_turn(odd);
            critical_section::with(|cs| told.borrow(cs).set(result));
        }),
        || in_turn(even),
    );
    first.and(critical_section::with(|cs| result.borrow(cs).replace(Ok(()))))
}

/// Runs something on core 1.
pub(crate) fn on_last(job: impl FnOnce() + Send + 'static) {
    beside(Box::new(job), || ());
}

fn in_turn(works: Vec<(usize, Box<dyn Work>)>) -> Result<(), Error> {
    for (index, mut work) in works {
        defmt::info!("worker {=usize} runs on core {=u32}", index, two::identity());
        work.run()?;
    }
    Ok(())
}

/// Does `own` on core 0 while core 1, which has begun, does `job`.
fn beside<R>(job: Job, own: impl FnOnce() -> R) -> R {
    second::start();
    critical_section::with(|cs| JOB.borrow(cs).set(Some(job)));
    STATE.store(POSTED, Release);
    asm::sev();
    while STATE.load(Acquire) == POSTED {
        asm::wfe();
    }
    let result = own();
    while STATE.load(Acquire) != IDLE {
        asm::wfe();
    }
    result
}

/// What core 1 does for ever.
pub(super) fn serve() -> ! {
    loop {
        if STATE.compare_exchange(POSTED, TAKEN, AcqRel, Relaxed).is_err() {
            asm::wfe();
            continue;
        }
        asm::sev();
        stack::repaint();
        if let Some(job) = critical_section::with(|cs| JOB.borrow(cs).take()) {
            job();
        }
        DEEPEST.fetch_max(stack::high_water(), Relaxed);
        STATE.store(IDLE, Release);
        asm::sev();
    }
}
