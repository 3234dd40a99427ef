//! Calls of a store without threads as futures: pending while a host function returns later, after
//! each slice where guests can be stopped, and wherever a timer says so where they are preemptible.

use super::{call::check, slices};
use crate::compartment::{inside::Inside, place::Place};
use crate::engine::StackClaim;
use crate::error::{Error, convert};
use crate::world::{StoreMut, Suspension, interruption::check_and_register};
use alloc::vec::Vec;
use core::{future::poll_fn, mem, task::Poll};
use wasmi::{ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, Val};

/// A call of a store without threads, its arguments checked already.
pub(super) struct Alone {
    func: wasmi::Func,
    place: Place,
    /// The guest that has stopped, unless who called the host function is the embedder.
    stopped: Option<Inside<Option<Guest>>>,
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

/// Where a call has stopped.
enum Stopped {
    Finished,
    /// For what a host function returns later, which a guest called, or the call itself.
    Suspended(Option<ResumableCallHostTrap>),
    /// Because its slice is used up.
    Spent(ResumableCallOutOfFuel),
}

impl Alone {
    pub(super) fn new(store: &StoreMut<'_>, func: wasmi::Func) -> Result<Self, Error> {
        let engine = &store.data().engine;
        let (place, _stack) = (engine.place().clone(), engine.enter()?);
        Ok(Self { func, place, stopped: None, _stack })
    }

    /// Runs the call to its end.
    pub(super) async fn run(
        mut self,
        store: &mut StoreMut<'_>,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let unsuspended = Unsuspended(store);
        let store = &mut *unsuspended.0;
        let mut next = Next::Begin;
        loop {
            may_go_on(store).await?;
            next = match self.step(store, &next, params, results).await? {
                Stopped::Finished => return Ok(()),
                Stopped::Spent(spent) => {
                    self.stopped = Some(Inside::new(&self.place, Some(Guest::Spent(spent))));
                    give_way().await;
                    Next::Slice
                }
                Stopped::Suspended(suspended) => {
                    let guest = suspended.map(Guest::Suspended);
                    self.stopped = Some(Inside::new(&self.place, guest));
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
        next: &Next,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<Stopped, Error> {
        let Self { func, place, stopped, .. } = self;
        let is_preemptible = store.data().engine.config().is_preemptible();
        let run = |stay: fn()| {
            let guest = stopped.as_mut().and_then(|stopped| stopped.take());
            let outer = begin(store, *func, next, guest.as_ref())?;
            let is_polled = mem::replace(&mut store.data_mut().is_polled, true);
            let ran = match (next, guest) {
                (Next::Begin, None) => func.call_resumable(&mut *store, params, results),
                (Next::Slice, Some(Guest::Spent(spent))) => spent.resume(&mut *store, results),
                (Next::Values(values), Some(Guest::Suspended(suspended))) => {
                    suspended.resume(&mut *store, values, results)
                }
                (Next::Values(values), None) => {
                    results.clone_from_slice(values);
                    Ok(ResumableCall::Finished)
                }
                _ => Err(convert::carry(OVER)),
            };
            stay();
            store.data_mut().is_polled = is_polled;
            slices::end(store, outer);
            stop(store, ran)
        };
        place.attempt_preemptible(is_preemptible, run).await
    }
}

/// Gives the call a slice, as much as it needs to go on, once it has what it goes on with.
fn begin(
    store: &mut StoreMut<'_>,
    func: wasmi::Func,
    next: &Next,
    guest: Option<&Guest>,
) -> Result<slices::Outer, Error> {
    if let Next::Values(values) = next {
        let func = match guest {
            Some(Guest::Suspended(suspended)) => suspended.host_func(),
            _ => func,
        };
        check(&func.ty(&*store), values)?;
    }
    match guest {
        Some(Guest::Spent(spent)) => slices::begin_with(store, spent.required_fuel()),
        _ => slices::begin(store),
    }
}

/// Tells where a call has stopped, where the interpreter runs.
fn stop(
    store: &mut StoreMut<'_>,
    ran: Result<ResumableCall, wasmi::Error>,
) -> Result<Stopped, Error> {
    let (suspended, error) = match ran {
        Ok(ResumableCall::Finished) => return Ok(Stopped::Finished),
        Ok(ResumableCall::OutOfFuel(_)) if store.data().session.interruption.is_none() => {
            return Err(Error::OutOfFuel);
        }
        Ok(ResumableCall::OutOfFuel(spent)) => return Ok(Stopped::Spent(spent)),
        Ok(ResumableCall::HostTrap(suspended)) => {
            let error = store.data().engine.place().error(suspended.host_error());
            (Some(suspended), error)
        }
        Err(error) => (None, store.data_mut().failure(&error)),
    };
    match error {
        Error::Suspended => Ok(Stopped::Suspended(suspended)),
        error => Err(error),
    }
}

const OVER: Error = Error::Internal("the call is over");

/// A store in which nothing is left, when a call is over or given up, that a host function was to return
/// later.
struct Unsuspended<'a, 's>(&'a mut StoreMut<'s>);

impl Drop for Unsuspended<'_, '_> {
    fn drop(&mut self) {
        drop(self.0.data().suspension.take());
    }
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
