//! Calls of a store without threads as futures: pending while a host function returns later, after
//! each slice where guests can be stopped, and wherever a timer says so where they are preemptible.

use super::{call::check, slices};
use crate::compartment::{inside::Inside, place::Place};
use crate::engine::StackClaim;
use crate::error::Error;
use crate::world::{StoreMut, Suspension, interruption::check_and_register};
use alloc::vec::Vec;
use core::{future::poll_fn, mem, task::Poll};
use wasmi::{ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, Val};

/// A call of a store without threads, its arguments checked already.
pub(super) struct Alone {
    func: wasmi::Func,
    place: Place,
    is_preemptible: bool,
    /// The guest that has stopped, unless who called the host function is the embedder.
    stopped: Inside<Option<Guest>>,
    _stack: StackClaim,
}

/// A guest that has stopped.
enum Guest {
    /// A host function that it called returns later.
    Suspended(ResumableCallHostTrap),
    /// Its slice is used up.
    Spent(ResumableCallOutOfFuel),
}

/// How a call goes on.
enum Next {
    Begin,
    /// With another slice.
    Slice,
    /// With what the host function has returned.
    Values(Vec<Val>),
}

/// What the interpreter says of a call that it has run.
type Ran = Result<ResumableCall, wasmi::Error>;

impl Alone {
    pub(super) fn new(store: &StoreMut<'_>, func: wasmi::Func) -> Result<Self, Error> {
        let engine = &store.data().engine;
        let (place, _stack) = (engine.place().clone(), engine.enter()?);
        let is_preemptible = engine.config().is_preemptible();
        let stopped = Inside::new(&place, None);
        Ok(Self { func, place, is_preemptible, stopped, _stack })
    }

    /// Runs the call to its end.
    pub(super) async fn run(
        mut self,
        store: &mut StoreMut<'_>,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let mut next = Next::Begin;
        loop {
            may_go_on(store).await?;
            next = match self.step(store, next, params, results).await? {
                Stopped::Finished => return Ok(()),
                Stopped::Spent => {
                    give_way().await;
                    Next::Slice
                }
                Stopped::Suspended => {
                    let suspension = store.data().suspension.take().ok_or(Error::Suspended)?;
                    Next::Values(values(store, suspension).await?)
                }
            };
        }
    }

    /// Runs the call until it is suspended, or for a slice.
    async fn step(
        &mut self,
        store: &mut StoreMut<'_>,
        next: Next,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<Stopped, Error> {
        let Self { func, place, is_preemptible, stopped, .. } = self;
        if let Next::Values(values) = &next {
            let func = match &**stopped {
                Some(Guest::Suspended(suspended)) => suspended.host_func(),
                Some(Guest::Spent(_)) => return Err(OVER),
                None => *func,
            };
            check(&func.ty(&*store), values)?;
            if stopped.is_none() {
                results.clone_from_slice(values);
                return Ok(Stopped::Finished);
            }
        }
        let mut ran = Inside::new(place, None);
        let run = || *ran = Some(go_on(store, *func, stopped, &next, params, results));
        place.run_preemptible(*is_preemptible, run).await?;
        place.attempt(|| stop(store, stopped, ran.take().ok_or(OVER)??))
    }
}

/// Runs the interpreter, which owns the guest until it stops again.
fn go_on(
    store: &mut StoreMut<'_>,
    func: wasmi::Func,
    stopped: &mut Option<Guest>,
    next: &Next,
    params: &[Val],
    results: &mut [Val],
) -> Result<Ran, Error> {
    let required = match stopped {
        Some(Guest::Spent(spent)) => spent.required_fuel(),
        _ => 1,
    };
    let outer = slices::begin_with(store, required)?;
    let is_polled = mem::replace(&mut store.data_mut().is_polled, true);
    let ran = match (next, stopped.take()) {
        (Next::Begin, None) => Ok(func.call_resumable(&mut *store, params, results)),
        (Next::Slice, Some(Guest::Spent(spent))) => Ok(spent.resume(&mut *store, results)),
        (Next::Values(values), Some(Guest::Suspended(suspended))) => {
            Ok(suspended.resume(&mut *store, values, results))
        }
        _ => Err(OVER),
    };
    store.data_mut().is_polled = is_polled;
    slices::end(store, outer);
    ran
}

/// Ends the call if its guest is to stop.
async fn may_go_on(store: &mut StoreMut<'_>) -> Result<(), Error> {
    poll_fn(move |context| {
        Poll::Ready(check_and_register(store.data().session.interruption.as_ref(), context.waker()))
    })
    .await
}

/// Lets other tasks go on.
async fn give_way() {
    let mut has_given_way = false;
    poll_fn(|context| {
        if mem::replace(&mut has_given_way, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What the guest goes on with, when it is there.
async fn values(store: &mut StoreMut<'_>, mut suspension: Suspension) -> Result<Vec<Val>, Error> {
    poll_fn(move |context| {
        check_and_register(store.data().session.interruption.as_ref(), context.waker())?;
        suspension.poll(context.waker())
    })
    .await
}

const OVER: Error = Error::Internal("the call is over");

/// Where a call has stopped.
enum Stopped {
    Finished,
    /// For what a host function returns later, which a guest called, or the call itself.
    Suspended,
    /// Because its slice is used up.
    Spent,
}

/// Tells where a call has stopped, where the interpreter runs, and keeps its guest.
fn stop(store: &mut StoreMut<'_>, stopped: &mut Option<Guest>, ran: Ran) -> Result<Stopped, Error> {
    let error = match ran {
        Ok(ResumableCall::Finished) => return Ok(Stopped::Finished),
        Ok(ResumableCall::OutOfFuel(_)) if store.data().session.interruption.is_none() => {
            return Err(Error::OutOfFuel);
        }
        Ok(ResumableCall::OutOfFuel(spent)) => {
            *stopped = Some(Guest::Spent(spent));
            return Ok(Stopped::Spent);
        }
        Ok(ResumableCall::HostTrap(suspended)) => {
            let error = store.data().engine.place().error(suspended.host_error());
            *stopped = Some(Guest::Suspended(suspended));
            error
        }
        Err(error) => store.data_mut().failure(&error),
    };
    match error {
        Error::Suspended => Ok(Stopped::Suspended),
        error => Err(error),
    }
}
