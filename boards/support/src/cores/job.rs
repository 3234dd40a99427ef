//! What core 0 has core 1 do, one job at a time.

use alloc::boxed::Box;
use core::{
    cell::Cell,
    sync::atomic::{
        AtomicU8, AtomicUsize,
        Ordering::{AcqRel, Acquire, Relaxed, Release},
    },
};

use cortex_m::asm;
use critical_section::Mutex;

use crate::stack;

pub(super) type Job = Box<dyn FnOnce() + Send>;

/// What core 1 has to do.
static JOB: Mutex<Cell<Option<Job>>> = Mutex::new(Cell::new(None));
/// How far it is.
static STATE: AtomicU8 = AtomicU8::new(IDLE);
const IDLE: u8 = 0;
const POSTED: u8 = 1;
const TAKEN: u8 = 2;

/// Most bytes of core 1's stack in use in one job.
static DEEPEST: AtomicUsize = AtomicUsize::new(0);

/// Most bytes of core 1's stack in use at once.
pub(crate) fn high_water() -> usize {
    DEEPEST.load(Relaxed)
}

/// Hands core 1 a job, and waits until it has begun.
pub(super) fn post(job: Job) {
    critical_section::with(|cs| JOB.borrow(cs).set(Some(job)));
    STATE.store(POSTED, Release);
    asm::sev();
    while STATE.load(Acquire) == POSTED {
        asm::wfe();
    }
}

/// Waits until core 1 has nothing to do.
pub(super) fn wait() {
    while STATE.load(Acquire) != IDLE {
        asm::wfe();
    }
}

/// What core 1 does for ever.
pub(super) fn serve() -> ! {
    loop {
        if STATE.compare_exchange(POSTED, TAKEN, AcqRel, Relaxed).is_err() {
            asm::wfe();
            continue;
        }
        asm::sev();
        stack::paint();
        if let Some(job) = critical_section::with(|cs| JOB.borrow(cs).take()) {
            job();
        }
        DEEPEST.fetch_max(stack::high_water(), Relaxed);
        STATE.store(IDLE, Release);
        asm::sev();
    }
}
