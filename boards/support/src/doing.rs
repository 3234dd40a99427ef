//! What the runner is doing, for the report of an unexpected end.

#![expect(unsafe_code, reason = "whoever reports the end reaches the job that is under way")]

use core::{
    ptr,
    sync::atomic::{AtomicPtr, AtomicU8, Ordering::Relaxed},
};

use vellum_scenarios::runner::{Call, Step};

/// What is under way, or null.
static JOB: AtomicPtr<CurrentJob<'static>> = AtomicPtr::new(ptr::null_mut());
/// The step that it is at.
static STEP: AtomicU8 = AtomicU8::new(0);

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
pub(crate) fn during<R>(job: &CurrentJob<'_>, f: impl FnOnce() -> R) -> R {
    STEP.store(0, Relaxed);
    set(ptr::from_ref(job).cast_mut().cast());
    let result = f();
    set(ptr::null_mut());
    result
}

#[inline(never)]
fn set(job: *mut CurrentJob<'static>) {
    critical_section::with(|_| JOB.store(job, Relaxed));
}

/// Notes that the job goes on to a step.
pub(crate) fn step(step: Step) {
    STEP.store(step as u8, Relaxed);
    #[cfg(feature = "tests")]
    tell(|Doing(job)| {
        let asked = job.and_then(|job| job.module.split_once("panic-while-"));
        assert!(!asked.is_some_and(|(_, rest)| rest.starts_with(step.name())), "asked for");
    });
}

/// What is being done, as a part of a message.
pub(crate) struct Doing<'a>(Option<&'a CurrentJob<'a>>);

/// Hands what is being done to `f`.
pub(crate) fn tell<R>(f: impl FnOnce(Doing<'_>) -> R) -> R {
    critical_section::with(|_| {
        // SAFETY: a pointer that is there is to a job that `during` borrows, which takes it away
        // before it returns, and in a critical section of its own: so not while this one lasts. It
        // can't be left otherwise, because nothing unwinds here.
        let job = unsafe { JOB.load(Relaxed).as_ref() };
        f(Doing(job))
    })
}

impl defmt::Format for Doing<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let Doing(Some(CurrentJob { module, call, number })) = self else { return };
        match Step::ALL.get(usize::from(STEP.load(Relaxed))) {
            Some(Step::Calling) => {
                defmt::write!(f, ": calling \"{=str}\" of \"{=str}\"", call.function(), module);
            }
            step => {
                let step = step.map_or("", |step| step.name());
                defmt::write!(f, ": {=str} \"{=str}\"", step, module);
            }
        }
        if *number > 0 {
            defmt::write!(f, ", job {=usize}", *number);
        }
    }
}
