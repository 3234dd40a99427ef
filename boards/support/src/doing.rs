//! What the runner is doing, for the report of an unexpected end.
//!
//! Everything is kept by value: a report may be made at any time and on any core, and the next boot
//! shows it again.

use core::sync::atomic::{
    AtomicU32,
    Ordering::{Relaxed, Release},
};

use vellum_scenarios::runner::{Call, Step};

use crate::{
    text::{SharedText, Text},
    watchdog,
};

/// Bytes of the longest module name that is kept whole.
const MODULE: usize = 96;
/// Bytes of the longest function name that is kept whole.
const FUNCTION: usize = 48;
/// No job is under way.
const NOTHING: u32 = u32::MAX;

static STEP: AtomicU32 = AtomicU32::new(NOTHING);
static NUMBER: AtomicU32 = AtomicU32::new(0);
static MODULE_NAME: SharedText<MODULE> = SharedText::new();
static FUNCTION_NAME: SharedText<FUNCTION> = SharedText::new();

/// What the runner was asked to do.
#[derive(Clone, Copy)]
pub(crate) struct CurrentJob<'a> {
    /// The module's name.
    pub(crate) module: &'a str,
    pub(crate) call: &'a Call<'a>,
    /// Which job of a batch it is, counted from 1, or 0.
    pub(crate) number: usize,
}

/// Does `f`, which runs the job.
#[inline(never)]
pub(crate) fn during<R>(job: &CurrentJob<'_>, f: impl FnOnce() -> R) -> R {
    MODULE_NAME.set(job.module);
    FUNCTION_NAME.set(job.call.function());
    NUMBER.store(job.number as u32, Relaxed);
    STEP.store(Step::Loading as u32, Release);
    let result = f();
    STEP.store(NOTHING, Relaxed);
    result
}

/// Notes that the job goes on to a step, which has all the time of the watchdog.
pub(crate) fn step(step: Step) {
    STEP.store(step as u32, Relaxed);
    watchdog::feed();
    #[cfg(feature = "detail")]
    crate::ledger::step(step);
    #[cfg(feature = "tests")]
    crate::crash::at(step, MODULE_NAME.get().as_str());
}

/// What is being done, as a part of a message: nothing, or a module and the step it is at.
#[derive(Clone, Copy, Hash)]
#[repr(C)]
pub(crate) struct Doing {
    step: u32,
    number: u32,
    module: Text<MODULE>,
    function: Text<FUNCTION>,
}

impl Doing {
    /// What is being done now.
    pub(crate) fn now() -> Doing {
        Doing {
            step: STEP.load(Relaxed),
            number: NUMBER.load(Relaxed),
            module: MODULE_NAME.get(),
            function: FUNCTION_NAME.get(),
        }
    }
}

impl defmt::Format for Doing {
    fn format(&self, f: defmt::Formatter<'_>) {
        let module = self.module.as_str();
        match Step::ALL.get(self.step as usize) {
            None => return,
            Some(Step::Calling) => {
                let function = self.function.as_str();
                defmt::write!(f, ": calling \"{=str}\" of \"{=str}\"", function, module);
            }
            Some(step) => defmt::write!(f, ": {=str} \"{=str}\"", step.name(), module),
        }
        if self.number > 0 {
            defmt::write!(f, ", job {=u32}", self.number);
        }
    }
}
