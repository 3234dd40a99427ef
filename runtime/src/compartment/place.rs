//! Where the interpreter of an engine runs.

#[cfg(not(feature = "compartments"))]
pub(crate) use super::everywhere::{Place, outside, stay};
#[cfg(feature = "compartments")]
pub(crate) use contained::{Place, host_call};
#[cfg(feature = "compartments")]
pub(crate) use vellum_compartment::{outside, stay};

/// Does for a guest what may fail, with an error of the runtime: on the stack from which the guest was
/// called, and the program's heap. Gives the interpreter's error.
///
/// A macro, so that without compartments there is nothing between.
macro_rules! host {
    ($function:expr) => {{
        #[cfg(feature = "compartments")]
        let result = $crate::compartment::place::host_call($function);
        #[cfg(not(feature = "compartments"))]
        let result = ($function)().map_err($crate::error::convert::carry);
        result
    }};
}
pub(crate) use host;

#[cfg(feature = "compartments")]
mod contained {
    #![expect(unsafe_code, reason = "runs the interpreter in a compartment")]

    #[cfg(feature = "std")]
    extern crate std;

    use crate::error::{Error, config::ConfigError, convert};
    use alloc::sync::Arc;
    #[cfg(not(feature = "std"))]
    use core::hint;
    use vellum_compartment::{Compartment, CompartmentStats, OutsideError, RunError, try_outside};
    use vellum_memory::StaticBuffer;

    /// Allocations after which what runs as a future gives way.
    const ALLOCATIONS: u32 = 1;
    /// Turns of waiting for another context to leave.
    const TURNS: u32 = 1 << 16;

    /// Where the interpreter of an engine runs.
    #[derive(Clone, Debug)]
    pub(crate) struct Place {
        compartment: Option<Arc<Compartment>>,
        /// Whether contexts enter that the engine's threads or modules belong to: they come one after
        /// another, each for a bounded time.
        is_shared: bool,
    }

    impl Place {
        /// The caller's stack and the program's heap.
        pub(crate) const HERE: Self = Self { compartment: None, is_shared: false };

        /// A compartment of this buffer, which contexts may want at the same time.
        pub(crate) fn new(
            buffer: &'static StaticBuffer,
            stack: usize,
            is_shared: bool,
        ) -> Result<Self, Error> {
            let bytes = buffer.take().map_err(|_| ConfigError::CompartmentInUse)?;
            let compartment = Compartment::new(bytes, stack).map_err(ConfigError::Compartment)?;
            Ok(Self { compartment: Some(Arc::new(compartment)), is_shared })
        }

        /// What the compartment holds, if it is one.
        pub(crate) fn stats(&self) -> Option<CompartmentStats> {
            Some(self.compartment.as_ref()?.stats())
        }

        /// Whether it is a compartment.
        pub(crate) fn is_compartment(&self) -> bool {
            self.compartment.is_some()
        }

        /// Whether a timer can interrupt what runs there. A PC has none.
        pub(crate) fn is_guarded(&self) -> bool {
            cfg!(not(target_os = "none"))
                || self.compartment.as_ref().is_some_and(|compartment| compartment.has_guard())
        }

        /// The largest block that the heap of the compartment has free in which the caller runs.
        pub(crate) fn heap_free() -> usize {
            vellum_compartment::heap_stats().map_or(usize::MAX, |stats| stats.largest)
        }

        /// Runs `f` there. What it gives back owns nothing of the compartment's heap, or goes
        /// [inside](super::super::inside::Inside) a value that is forgotten with it, or is dropped
        /// before anything else is done there.
        pub(crate) fn run<R>(&self, f: impl FnOnce() -> R) -> Result<R, Error> {
            // SAFETY: what is allocated inside is kept in values that have a clone of this, and so the
            // compartment. Whatever the interpreter locks or changes is reached by this method alone,
            // which an abandoned compartment refuses.
            let run = |f| unsafe { Compartment::run_in(self.compartment.as_deref(), f) };
            if !self.is_shared {
                return run(f).map_err(|failed| self.failed(failed, true));
            }
            self.run_in_turn(f)
        }

        /// As [`Place::run`], where a context that is there leaves soon.
        #[inline(never)]
        fn run_in_turn<R>(&self, f: impl FnOnce() -> R) -> Result<R, Error> {
            let mut f = Some(f);
            for _ in 0..TURNS {
                let run = || f.take().map(|f| f());
                // SAFETY: as for `run`.
                let ran = unsafe { Compartment::run_in(self.compartment.as_deref(), run) };
                match ran {
                    Err(RunError::InUse) => give_way(),
                    Ok(None) => break,
                    Ok(Some(result)) => return Ok(result),
                    Err(failed) => return Err(self.failed(failed, f.is_none())),
                }
            }
            Err(Error::Compartment(RunError::InUse))
        }

        /// The error of what did not come to its end, if it has begun. Where a host function has used up the
        /// compartment, that is what it has returned.
        #[cold]
        fn failed(&self, failed: RunError, has_begun: bool) -> Error {
            let kept = || self.compartment.as_ref()?.take_kept();
            match failed {
                RunError::OutOfHeap { needed, largest } => {
                    Error::OutOfHeap { needed, free: largest }
                }
                RunError::Abandoned if has_begun => match kept() {
                    Some(cause @ Error::OutOfHeap { .. }) => cause,
                    Some(cause @ Error::Compartment(RunError::StackOverflow)) => cause,
                    _ => Error::Compartment(failed),
                },
                _ => Error::Compartment(failed),
            }
        }

        /// As [`Place::run`] of what may fail, with an error that may be allocated there.
        pub(crate) fn attempt<R>(&self, f: impl FnOnce() -> Result<R, Error>) -> Result<R, Error> {
            self.run(f)?.map_err(Error::relocated)
        }

        /// As [`Place::run`], as a future that gives way.
        pub(crate) async fn run_async<R>(&self, f: impl FnOnce() -> R) -> Result<R, Error> {
            match &self.compartment {
                None => Ok(f()),
                Some(compartment) => {
                    // SAFETY: as for `run`; the interpreter has nothing on its stack that belongs to a
                    // thread.
                    let run = unsafe { compartment.run_async(f, ALLOCATIONS) };
                    run.await.map_err(|failed| self.failed(failed, true))
                }
            }
        }

        /// As [`Place::attempt`], as a future that gives way where a timer says so if it `is_preemptible`, until
        /// `f` [stays](stay). One that is dropped then abandons the compartment.
        ///
        /// What `f` changes outside before that is not looked at afterwards, if it did not come to its end.
        pub(crate) async fn attempt_preemptible<R>(
            &self,
            is_preemptible: bool,
            f: impl FnOnce() -> Result<R, Error>,
        ) -> Result<R, Error> {
            let Some(compartment) = self.compartment.as_deref().filter(|_| is_preemptible) else {
                return self.attempt(f);
            };
            // SAFETY: as for `run_async`. What the interpreter calls of the runtime while a guest runs
            // goes outside before it changes anything but numbers.
            let run = unsafe { compartment.run_preemptible(f, u32::MAX) };
            let ran = run.await.map_err(|failed| self.failed(failed, true))?;
            ran.map_err(Error::relocated)
        }

        /// As [`Place::run`], once nobody else is there. `None` when it is abandoned, or when what is there
        /// has given way.
        pub(crate) fn wait<R>(&self, mut f: impl FnMut() -> R) -> Option<R> {
            while self.check().is_ok() {
                match self.run(&mut f) {
                    Err(Error::Compartment(RunError::InUse)) => give_way(),
                    result => return result.ok(),
                }
            }
            None
        }

        /// The error of a call of a guest, or that of a host function that it called.
        pub(crate) fn error(&self, error: &wasmi::Error) -> Error {
            match &self.compartment {
                Some(compartment) if convert::is_kept(error) => {
                    compartment.take_kept().unwrap_or(Error::Internal("the error was not kept"))
                }
                _ => convert::call(error),
            }
        }

        /// Refuses a compartment that is abandoned, or in use by what has given way.
        pub(crate) fn check(&self) -> Result<(), Error> {
            match &self.compartment {
                Some(compartment) => compartment.check().map_err(Error::Compartment),
                None => Ok(()),
            }
        }
    }

    /// Who is inside may wait for this context's processor.
    fn give_way() {
        #[cfg(feature = "std")]
        std::thread::yield_now();
        #[cfg(not(feature = "std"))]
        hint::spin_loop();
    }

    /// As [`host`](super::host).
    pub(crate) fn host_call<R>(f: impl FnOnce() -> Result<R, Error>) -> Result<R, wasmi::Error> {
        try_outside(f).map_err(|error| match error {
            OutsideError::Returned(error) => convert::carry(error),
            OutsideError::Kept => convert::kept(),
        })
    }
}
