//! Host functions that return later, and what a guest is suspended for.

use crate::error::{Error, suspended::Suspended};
use crate::values::Val;
use crate::world::remote_wait::RemoteWait;
use alloc::{boxed::Box, vec, vec::Vec};
use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

type Work = Pin<Box<dyn Future<Output = Result<Vec<Val>, Error>> + Send>>;

/// The values that a function returns later.
pub(super) type PolledValues = Poll<Result<Vec<Val>, Error>>;

/// What a guest is suspended for: the values that the function it called returns.
pub(crate) enum Pending {
    /// What a host function is working on.
    Host(Work),
    /// A time of the platform's clock.
    Sleep(Work),
    /// A notification in another world.
    Remote(RemoteWait),
}

impl Pending {
    pub(super) fn poll(&mut self, waker: &Waker) -> PolledValues {
        match self {
            Self::Host(work) | Self::Sleep(work) => {
                work.as_mut().poll(&mut Context::from_waker(waker))
            }
            Self::Remote(wait) => match wait.poll(waker) {
                Ok(ended) => ended.map(|result| Ok(vec![Val::I32(result as i32)])),
                Err(error) => Poll::Ready(Err(error)),
            },
        }
    }

    /// What a guest that stopped with `error` is suspended for, if it is.
    pub(super) fn of(error: Error) -> Result<Self, Error> {
        match error {
            Error::Suspended(suspended) => suspended.into_inner().map_err(Error::Suspended),
            error => Err(error),
        }
    }

    /// The error by which a host function suspends its guest.
    pub(crate) fn into_error(self) -> Error {
        Error::Suspended(Suspended::new(self))
    }
}

impl Error {
    /// What a host function returns to suspend the guest that called it, or the embedder's own call
    /// of it, until `future` gives the values that the function returns. Meanwhile other threads and
    /// stores of the engine go on.
    ///
    /// The future is polled without the world's lock, by the call that drives the guest: a call that
    /// blocks polls it again and again. Values of other types than the function's end the call with
    /// [`Error::WrongArguments`].
    ///
    /// On an engine without threads only [`Func::call_async`](crate::Func::call_async) and its like can be
    /// suspended: a call that blocks ends with [`Error::Suspended`]. On one with threads a call that a host
    /// function or a [`StoreGuard`](crate::StoreGuard) makes fails with [`Error::WouldDeadlock`].
    pub fn suspend(future: impl Future<Output = Result<Vec<Val>, Error>> + Send + 'static) -> Self {
        Pending::Host(Box::pin(future)).into_error()
    }

    /// As [`Error::suspend`], until some time of the platform's clock: a call that blocks is idle
    /// meanwhile.
    pub fn sleep(future: impl Future<Output = Result<Vec<Val>, Error>> + Send + 'static) -> Self {
        Pending::Sleep(Box::pin(future)).into_error()
    }
}
