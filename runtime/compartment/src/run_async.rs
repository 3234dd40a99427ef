//! Jobs that give way, and go on when they are polled again.

#![expect(unsafe_code, reason = "a job stays where it is while it has given way")]

use core::fmt;
use core::future::Future;
use core::marker::PhantomPinned;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::compartment::Compartment;
use crate::error::RunError;
use crate::job::Call;
use crate::progress::Phase;
use crate::side::Ask;

/// What runs in a compartment and gives way: see [`Compartment::run_async`].
///
/// ```
/// # use std::alloc::System;
/// # use vellum_compartment::{Compartment, Heap};
/// # use vellum_memory::StaticBuffer;
/// # #[global_allocator]
/// # static HEAP: Heap<System> = Heap::new(System);
/// use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
///
/// static BYTES: StaticBuffer<[u8; 128 * 1024]> = StaticBuffer::new();
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let compartment = Compartment::new(BYTES.take()?, 64 * 1024)?;
/// let work = || (0..10).map(|n| vec![n; 10].len()).sum::<usize>();
/// // SAFETY: nothing that is allocated inside is given away, or belongs to a thread.
/// let mut work = pin!(unsafe { compartment.run_async(work, 2) });
/// let mut polls = 1;
/// let sum = loop {
///     match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
///         Poll::Ready(sum) => break sum,
///         Poll::Pending => polls += 1,
///     }
/// };
/// assert_eq!((sum, polls), (Ok(100), 6));
/// # Ok(())
/// # }
/// ```
#[must_use = "futures do nothing unless they are polled"]
pub struct RunAsync<'a, F, R> {
    compartment: &'a Compartment,
    call: Call<F, R>,
    allocations: u32,
    if_dropped: IfDropped,
    /// That of a job that has begun and not ended.
    depth: Option<usize>,
    _pinned: PhantomPinned,
}

/// What becomes of a job that has given way when its future is dropped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IfDropped {
    GoesOn,
    IsAbandoned,
}

impl Compartment {
    /// As [`Compartment::run`], as a future that gives way after so many allocations, 0 for never.
    ///
    /// A job that is begun by what another one has sent [outside](crate::outside()) does not give way. While `f`
    /// has given way, the compartment is in use. A future that is dropped before `f` has returned runs it to its
    /// end.
    ///
    /// # Errors
    ///
    /// As for [`Compartment::run`].
    ///
    /// # Safety
    ///
    /// As for [`Compartment::run`]; and if the future is sent to another thread, what `f` has on its stack
    /// may go on there, too.
    pub unsafe fn run_async<R, F: FnOnce() -> R>(
        &self,
        f: F,
        allocations: u32,
    ) -> RunAsync<'_, F, R> {
        self.job(f, allocations, IfDropped::GoesOn)
    }

    /// As [`Compartment::run_async`], for what may never end: a future that is dropped before `f` has returned
    /// abandons the compartment, wherever `f` is.
    ///
    /// # Errors
    ///
    /// As for [`Compartment::run`].
    ///
    /// # Safety
    ///
    /// As for [`Compartment::run_async`]; and `f` may be left for ever between any two instructions, and not
    /// only where it allocates.
    pub unsafe fn run_preemptible<R, F: FnOnce() -> R>(
        &self,
        f: F,
        allocations: u32,
    ) -> RunAsync<'_, F, R> {
        self.job(f, allocations, IfDropped::IsAbandoned)
    }

    fn job<R, F: FnOnce() -> R>(
        &self,
        f: F,
        allocations: u32,
        if_dropped: IfDropped,
    ) -> RunAsync<'_, F, R> {
        let (call, depth) = (Call::new(f), None);
        RunAsync { compartment: self, call, allocations, if_dropped, depth, _pinned: PhantomPinned }
    }
}

impl<R, F: FnOnce() -> R> Future for RunAsync<'_, F, R> {
    type Output = Result<R, RunError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: nothing is moved out of it but the closure, by the job, and the result.
        let this = unsafe { self.get_unchecked_mut() };
        let routine = this.compartment.routine();
        let (depth, ask) = match this.depth {
            None => (routine.progress.enter()?, Ask::Run(this.call.job())),
            Some(depth) => {
                routine.progress.enter_again(Phase::Paused, depth)?;
                (depth, Ask::Return)
            }
        };
        this.depth = Some(depth);
        // What a job around it has sent outside has to end before that goes on, and can't wait for this.
        let allocations = if depth > 1 { 0 } else { this.allocations };
        // SAFETY: the call stays where it is until this is dropped, and this has entered. A future is not
        // polled on a compartment's stack: only the interpreter runs there.
        match unsafe { routine.go_on(depth, ask, allocations) } {
            Poll::Pending => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Ready(ended) => {
                this.depth = None;
                ended?;
                Poll::Ready(this.call.take_result().ok_or(RunError::Abandoned))
            }
        }
    }
}

impl<F, R> Drop for RunAsync<'_, F, R> {
    fn drop(&mut self) {
        let Some(depth) = self.depth else { return };
        let routine = self.compartment.routine();
        if routine.progress.enter_again(Phase::Paused, depth).is_err() {
            return;
        }
        if self.if_dropped == IfDropped::IsAbandoned {
            return routine.progress.leave(Phase::Abandoned, 0);
        }
        // SAFETY: the call is still in its place, and this has entered.
        let ended = unsafe { routine.go_on(depth, Ask::Return, 0) };
        debug_assert!(ended.is_ready(), "a job that is not to give way ends");
    }
}

impl<F, R> fmt::Debug for RunAsync<'_, F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunAsync").field("has_begun", &self.depth.is_some()).finish_non_exhaustive()
    }
}
