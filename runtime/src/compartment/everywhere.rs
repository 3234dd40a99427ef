//! Where the interpreter runs in an image without compartments.

use crate::error::{Error, convert};

/// Where the interpreter of an engine runs: on its caller's stack and the program's heap.
#[derive(Clone, Debug)]
pub(crate) struct Place;

impl Place {
    /// The caller's stack and the program's heap.
    pub(crate) const HERE: Self = Self;

    /// Runs `f` there.
    #[inline(always)]
    pub(crate) fn run<R>(&self, f: impl FnOnce() -> R) -> Result<R, Error> {
        Ok(f())
    }

    /// Runs `f`, which may fail.
    #[inline(always)]
    pub(crate) fn attempt<R>(&self, f: impl FnOnce() -> Result<R, Error>) -> Result<R, Error> {
        f()
    }

    /// As [`Place::run`], as a future that is ready.
    #[inline(always)]
    pub(crate) async fn run_async<R>(&self, f: impl FnOnce() -> R) -> Result<R, Error> {
        Ok(f())
    }

    /// As [`Place::attempt`], as a future that is ready.
    #[inline(always)]
    pub(crate) async fn attempt_preemptible<R>(
        &self,
        _is_preemptible: bool,
        f: impl FnOnce() -> Result<R, Error>,
    ) -> Result<R, Error> {
        f()
    }

    /// As [`Place::run`], which nobody is there to delay.
    #[inline(always)]
    pub(crate) fn wait<R>(&self, mut f: impl FnMut() -> R) -> Option<R> {
        Some(f())
    }

    /// The error of a call of a guest, or that of a host function that it called.
    #[inline(always)]
    pub(crate) fn error(&self, error: &wasmi::Error) -> Error {
        convert::call(error)
    }

    /// Whether it is a compartment.
    #[inline(always)]
    pub(crate) fn is_compartment(&self) -> bool {
        false
    }

    /// There is no compartment to ask.
    pub(crate) fn heap_free() -> usize {
        usize::MAX
    }

    /// There is nothing to refuse.
    #[inline(always)]
    pub(crate) fn check(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// Nothing gives way.
#[inline(always)]
pub(crate) fn stay() {}

/// Does something for a guest.
#[inline(always)]
pub(crate) fn outside<R>(f: impl FnOnce() -> R) -> R {
    f()
}
