//! Calls of a store without threads as futures: pending while a host function returns later, after
//! each slice where guests can be stopped, and wherever a timer says so where they are preemptible.

use super::{call::check, slices};
use crate::compartment::{
    inside::Inside,
    place::{self, Place},
};
use crate::engine::StackClaim;
use crate::error::{Error, convert};
use crate::world::{StoreMut, Suspension, interruption::check_and_register};
use alloc::vec::Vec;
use core::{
    future::{Future, poll_fn},
    mem,
    task::{Poll, Waker},
};
use wasmi::{ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, Val};

/// Calls a function of a store without threads, its arguments checked already. A future of its own: within its
/// caller's, what it keeps at both places where it waits would lie beside the rest.
pub(super) async fn run(
    store: &mut StoreMut<'_>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let mut call = Alone::new(store, func)?;
    loop {
        poll_fn(|context| call.poll(&mut *store, context.waker())).await?;
        let given_up = GivenUp(&mut *store);
        let stopped = call.step(&mut *given_up.0, params, results).await?;
        mem::forget(given_up);
        if !call.goes_on(store, stopped)? {
            return Ok(());
        }
    }
}

/// A call under way.
struct Alone {
    func: wasmi::Func,
    place: Place,
    next: Next,
    /// The guest that has stopped, unless who called the host function is the embedder.
    stopped: Option<Inside<Option<Guest>>>,
    _stack: StackClaim,
}

/// How a call goes on.
enum Next {
    Begin,
    /// With another slice, once other tasks have gone on.
    SliceLater,
    Slice,
    /// With what a host function returns later.
    Later(Option<Suspension>),
    /// With what it has returned.
    Values(Vec<Val>),
}

/// A guest that has stopped.
enum Guest {
    /// A host function that it called returns later.
    Suspended(ResumableCallHostTrap),
    /// Its slice is used up.
    Spent(ResumableCallOutOfFuel),
}

/// Where a call has stopped.
enum Stopped {
    Finished,
    /// For what a host function returns later, which a guest called, or the call itself.
    Suspended(Option<ResumableCallHostTrap>),
    /// Because its slice is used up.
    Spent(ResumableCallOutOfFuel),
}

/// Drops what a host function was to return later when the call fails or is given up.
struct GivenUp<'a, 's>(&'a mut StoreMut<'s>);

impl Drop for GivenUp<'_, '_> {
    fn drop(&mut self) {
        drop(self.0.data().suspension.take());
    }
}

impl Alone {
    fn new(store: &StoreMut<'_>, func: wasmi::Func) -> Result<Self, Error> {
        let engine = &store.data().engine;
        let (place, _stack) = (engine.place().clone(), engine.enter()?);
        Ok(Self { func, place, next: Next::Begin, stopped: None, _stack })
    }

    /// Waits until the call can go on, unless its guest is to stop.
    fn poll(&mut self, store: &mut StoreMut<'_>, waker: &Waker) -> Poll<Result<(), Error>> {
        check_and_register(store.data().session.interruption.as_ref(), waker)?;
        match &mut self.next {
            Next::Later(Some(suspension)) => {
                let Poll::Ready(values) = suspension.poll(waker) else { return Poll::Pending };
                self.next = Next::Values(values?);
            }
            Next::SliceLater => {
                self.next = Next::Slice;
                waker.wake_by_ref();
                return Poll::Pending;
            }
            _ => {}
        }
        Poll::Ready(Ok(()))
    }

    /// Runs the call until it is suspended, or for a slice.
    fn step<'a>(
        &'a mut self,
        store: &'a mut StoreMut<'_>,
        params: &'a [Val],
        results: &'a mut [Val],
    ) -> impl Future<Output = Result<Stopped, Error>> {
        let Self { func, place, next, stopped, .. } = self;
        let is_preemptible = store.data().engine.config().is_preemptible();
        let run = move || go(store, *func, next, stopped, params, results);
        place.attempt_preemptible(is_preemptible, run)
    }

    /// Keeps the guest that has stopped, and tells whether the call goes on.
    fn goes_on(&mut self, store: &StoreMut<'_>, stopped: Stopped) -> Result<bool, Error> {
        let guest = match stopped {
            Stopped::Finished => return Ok(false),
            Stopped::Spent(spent) => {
                self.next = Next::SliceLater;
                Some(Guest::Spent(spent))
            }
            Stopped::Suspended(suspended) => {
                self.next = Next::Later(store.data().suspension.take());
                suspended.map(Guest::Suspended)
            }
        };
        self.stopped = Some(Inside::new(&self.place, guest));
        match self.next {
            Next::Later(None) => Err(Error::Suspended),
            _ => Ok(true),
        }
    }
}

/// Runs the call until it stops, where the interpreter runs.
fn go(
    store: &mut StoreMut<'_>,
    func: wasmi::Func,
    next: &Next,
    stopped: &mut Option<Inside<Option<Guest>>>,
    params: &[Val],
    results: &mut [Val],
) -> Result<Stopped, Error> {
    let guest = stopped.as_mut().and_then(|stopped| stopped.take());
    if let Next::Values(values) = next {
        let func = match &guest {
            Some(Guest::Suspended(suspended)) => suspended.host_func(),
            _ => func,
        };
        check(&func.ty(&*store), values)?;
        if guest.is_none() {
            results.clone_from_slice(values);
            return Ok(Stopped::Finished);
        }
    }
    let outer = match &guest {
        Some(Guest::Spent(spent)) => slices::begin_with(store, spent.required_fuel())?,
        _ => slices::begin(store)?,
    };
    let is_polled = mem::replace(&mut store.data_mut().is_polled, true);
    let ran = match (next, guest) {
        (Next::Begin, None) => func.call_resumable(&mut *store, params, results),
        (Next::Slice, Some(Guest::Spent(spent))) => spent.resume(&mut *store, results),
        (Next::Values(values), Some(Guest::Suspended(suspended))) => {
            suspended.resume(&mut *store, values, results)
        }
        _ => Err(convert::carry(OVER)),
    };
    place::stay();
    store.data_mut().is_polled = is_polled;
    slices::end(store, outer);
    stop(store, ran)
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
