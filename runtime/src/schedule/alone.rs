//! Calls of a store without threads as futures: pending while a host function returns later.

use super::call::check;
use crate::engine::StackClaim;
use crate::error::{Error, convert};
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
    /// The guest that a host function has suspended, if a guest called it, and what it returns later.
    suspended: Option<(Option<ResumableCallHostTrap>, Suspension)>,
    _stack: StackClaim,
}

impl Alone {
    pub(super) fn new(store: &StoreMut<'_>, func: wasmi::Func) -> Result<Self, Error> {
        let _stack = store.data().engine.enter()?;
        Ok(Self { func, is_new: true, suspended: None, _stack })
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
        let ran = match self.suspended.take() {
            None if mem::take(&mut self.is_new) => {
                self.func.call_resumable(&mut *store, params, results)
            }
            None => return Err(Error::Internal("the call is over")),
            Some((suspended, mut suspension)) => {
                let Poll::Ready(values) = suspension.poll(waker) else {
                    self.suspended = Some((suspended, suspension));
                    return Ok(Poll::Pending);
                };
                let values = values?;
                let func = suspended.as_ref().map_or(self.func, |suspended| suspended.host_func());
                check(&func.ty(&*store), &values)?;
                let Some(suspended) = suspended else {
                    results.clone_from_slice(&values);
                    return Ok(Poll::Ready(false));
                };
                suspended.resume(&mut *store, &values, results)
            }
        };
        let (suspended, error) = match ran {
            Ok(ResumableCall::Finished) => return Ok(Poll::Ready(false)),
            Ok(ResumableCall::OutOfFuel(_)) => return Err(Error::OutOfFuel),
            Ok(ResumableCall::HostTrap(suspended)) => {
                let error = convert::call(suspended.host_error());
                (Some(suspended), error)
            }
            Err(error) => (None, store.data_mut().failure(&error)),
        };
        let suspension = match error {
            Error::Suspended => store.data().suspension.take().ok_or(error)?,
            error => return Err(error),
        };
        self.suspended = Some((suspended, suspension));
        Ok(Poll::Ready(true))
    }
}
