//! Calls of a store without threads as futures: pending while a host function returns later.

use super::call::check;
use crate::compartment::{inside::Inside, place::Place};
use crate::engine::StackClaim;
use crate::error::Error;
use crate::world::{StoreMut, Suspension};
use core::{
    mem,
    task::{Poll, Waker},
};
use wasmi::{ResumableCall, ResumableCallHostTrap, Val};

/// A call of a store without threads, its arguments checked already.
pub(super) struct Alone {
    func: wasmi::Func,
    is_new: bool,
    /// The guest that a host function has suspended, if a guest called it.
    suspended: Option<Inside<Option<ResumableCallHostTrap>>>,
    /// What the host function returns later.
    suspension: Option<Suspension>,
    _stack: StackClaim,
}

impl Alone {
    pub(super) fn new(store: &StoreMut<'_>, func: wasmi::Func) -> Result<Self, Error> {
        let _stack = store.data().engine.enter()?;
        Ok(Self { func, is_new: true, suspended: None, suspension: None, _stack })
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
            match self.step(store, params, results, waker) {
                Ok(Poll::Ready(true)) => {}
                Ok(Poll::Ready(false)) => return Poll::Ready(Ok(())),
                Ok(Poll::Pending) => return Poll::Pending,
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Runs the call until it is suspended, and tells whether it goes on.
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
                let ran = self.func.call_resumable(&mut *store, params, results);
                stop(store, ran)
            }),
            None => return Err(Error::Internal("the call is over")),
            Some(suspension) => {
                let Poll::Ready(values) = suspension.poll(waker) else { return Ok(Poll::Pending) };
                self.suspension = None;
                self.go_on(&place, store, &values?, results)
            }
        };
        match stopped? {
            Stopped::Finished => Ok(Poll::Ready(false)),
            Stopped::Suspended(suspended) => {
                self.suspended = Some(Inside::new(&place, suspended));
                self.suspension = store.data().suspension.take();
                let is_suspended = self.suspension.is_some();
                is_suspended.then_some(Poll::Ready(true)).ok_or(Error::Suspended)
            }
        }
    }

    /// Gives the guest, or who called the host function, what that has returned.
    fn go_on(
        &mut self,
        place: &Place,
        store: &mut StoreMut<'_>,
        values: &[Val],
        results: &mut [Val],
    ) -> Result<Stopped, Error> {
        let Some(suspended) = &mut self.suspended else {
            return Err(Error::Internal("nothing is suspended"));
        };
        let func = suspended.as_ref().map_or(self.func, |suspended| suspended.host_func());
        check(&func.ty(&*store), values)?;
        // A guest is owned here until it goes on, and dropped there if it does not.
        place.attempt(|| match suspended.take() {
            Some(suspended) => {
                let ran = suspended.resume(&mut *store, values, results);
                stop(store, ran)
            }
            None => {
                results.clone_from_slice(values);
                Ok(Stopped::Finished)
            }
        })
    }
}

/// Where a call has stopped.
enum Stopped {
    Finished,
    /// For what a host function returns later, which a guest called, or the call itself.
    Suspended(Option<ResumableCallHostTrap>),
}

/// Tells where a call has stopped, where the interpreter runs.
fn stop(
    store: &mut StoreMut<'_>,
    ran: Result<ResumableCall, wasmi::Error>,
) -> Result<Stopped, Error> {
    let (suspended, error) = match ran {
        Ok(ResumableCall::Finished) => return Ok(Stopped::Finished),
        Ok(ResumableCall::OutOfFuel(_)) => return Err(Error::OutOfFuel),
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
