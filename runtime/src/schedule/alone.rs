//! Calls of a store without threads as futures: pending while a host function returns later, and after
//! each slice where guests can be stopped.

use super::{call::check, slices};
use crate::compartment::{inside::Inside, place::Place};
use crate::engine::StackClaim;
use crate::error::Error;
use crate::world::{StoreMut, Suspension, interruption::check_and_register};
use core::{
    mem,
    task::{Poll, Waker},
};
use wasmi::{ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, Val};

/// A call of a store without threads, its arguments checked already.
pub(super) struct Alone {
    func: wasmi::Func,
    is_new: bool,
    /// The guest that has stopped, unless who called the host function is the embedder.
    stopped: Option<Inside<Option<Guest>>>,
    /// What the host function returns later.
    suspension: Option<Suspension>,
    _stack: StackClaim,
}

/// A guest that has stopped.
enum Guest {
    /// A host function that it called returns later.
    Suspended(ResumableCallHostTrap),
    /// Its slice is used up.
    Spent(ResumableCallOutOfFuel),
}

impl Alone {
    pub(super) fn new(store: &StoreMut<'_>, func: wasmi::Func) -> Result<Self, Error> {
        let _stack = store.data().engine.enter()?;
        Ok(Self { func, is_new: true, stopped: None, suspension: None, _stack })
    }

    /// Runs the call as far as it goes.
    #[inline(never)]
    pub(super) fn poll(
        &mut self,
        store: &mut StoreMut<'_>,
        params: &[Val],
        results: &mut [Val],
        waker: &Waker,
    ) -> Poll<Result<(), Error>> {
        loop {
            check_and_register(store.data().session.interruption.as_ref(), waker)?;
            let outer = mem::replace(&mut store.data_mut().is_polled, true);
            let step = self.step(store, params, results, waker);
            store.data_mut().is_polled = outer;
            match step {
                Ok(Poll::Ready(true)) => {}
                Ok(Poll::Ready(false)) => return Poll::Ready(Ok(())),
                Ok(Poll::Pending) => return Poll::Pending,
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Runs the call until it is suspended, or for a slice, and tells whether it goes on.
    fn step(
        &mut self,
        store: &mut StoreMut<'_>,
        params: &[Val],
        results: &mut [Val],
        waker: &Waker,
    ) -> Result<Poll<bool>, Error> {
        let place = store.data().engine.place().clone();
        let stopped = match &mut self.suspension {
            None if mem::take(&mut self.is_new) => place.attempt(|| {
                let outer = slices::begin(store)?;
                let ran = self.func.call_resumable(&mut *store, params, results);
                slices::end(store, outer);
                stop(store, ran)
            }),
            None => self.go_on(&place, store, results),
            Some(suspension) => {
                let Poll::Ready(values) = suspension.poll(waker) else { return Ok(Poll::Pending) };
                self.suspension = None;
                self.give(&place, store, &values?, results)
            }
        };
        match stopped? {
            Stopped::Finished => Ok(Poll::Ready(false)),
            Stopped::Spent(spent) => {
                self.stopped = Some(Inside::new(&place, Some(Guest::Spent(spent))));
                waker.wake_by_ref();
                Ok(Poll::Pending)
            }
            Stopped::Suspended(suspended) => {
                self.stopped = Some(Inside::new(&place, suspended.map(Guest::Suspended)));
                self.suspension = store.data().suspension.take();
                let is_suspended = self.suspension.is_some();
                is_suspended.then_some(Poll::Ready(true)).ok_or(Error::Suspended)
            }
        }
    }

    /// Gives the guest another slice.
    fn go_on(
        &mut self,
        place: &Place,
        store: &mut StoreMut<'_>,
        results: &mut [Val],
    ) -> Result<Stopped, Error> {
        let Some(stopped) = &mut self.stopped else { return Err(OVER) };
        place.attempt(|| {
            let Some(Guest::Spent(spent)) = stopped.take() else { return Err(OVER) };
            let outer = slices::begin_with(store, spent.required_fuel())?;
            let ran = spent.resume(&mut *store, results);
            slices::end(store, outer);
            stop(store, ran)
        })
    }

    /// Gives the guest, or who called the host function, what that has returned.
    fn give(
        &mut self,
        place: &Place,
        store: &mut StoreMut<'_>,
        values: &[Val],
        results: &mut [Val],
    ) -> Result<Stopped, Error> {
        let Some(stopped) = &mut self.stopped else { return Err(OVER) };
        let func = match &**stopped {
            Some(Guest::Suspended(suspended)) => suspended.host_func(),
            Some(Guest::Spent(_)) => return Err(OVER),
            None => self.func,
        };
        check(&func.ty(&*store), values)?;
        // A guest is owned here until it goes on, and dropped there if it does not.
        place.attempt(|| match stopped.take() {
            Some(Guest::Suspended(suspended)) => {
                let outer = slices::begin(store)?;
                let ran = suspended.resume(&mut *store, values, results);
                slices::end(store, outer);
                stop(store, ran)
            }
            _ => {
                results.clone_from_slice(values);
                Ok(Stopped::Finished)
            }
        })
    }
}

const OVER: Error = Error::Internal("the call is over");

/// Where a call has stopped.
enum Stopped {
    Finished,
    /// For what a host function returns later, which a guest called, or the call itself.
    Suspended(Option<ResumableCallHostTrap>),
    /// Because its slice is used up.
    Spent(ResumableCallOutOfFuel),
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
