//! Host functions that return later.

use super::call::Pending;
use crate::runtime::{Error, Val};
use alloc::{boxed::Box, vec::Vec};
use core::{fmt, future::Future};
use spin::Mutex;

/// What a host function that suspended its guest is working on.
pub struct Suspended(Mutex<Pending>);

impl Suspended {
    pub(crate) fn new(pending: Pending) -> Self {
        Self(Mutex::new(pending))
    }

    pub(super) fn into_inner(self) -> Pending {
        self.0.into_inner()
    }
}

impl fmt::Debug for Suspended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Suspended")
    }
}

impl Error {
    /// What a host function returns to suspend the guest that called it, or the embedder's own call
    /// of it, until `future` gives the values that the function returns. Meanwhile other threads and
    /// stores of the engine go on.
    ///
    /// The future is polled without the world's lock, by the call that drives the guest: a call that
    /// blocks polls it again and again. Values of other types than the function's end the call with
    /// [`Error::WrongArguments`]. Only calls of a store with threads can be suspended: without
    /// them the call ends with [`Error::Suspended`]. One that a host function or a
    /// [`StoreGuard`](crate::StoreGuard) makes fails with [`Error::WouldDeadlock`].
    pub fn suspend(future: impl Future<Output = Result<Vec<Val>, Error>> + Send + 'static) -> Self {
        Self::Suspended(Suspended::new(Pending::Host(Box::pin(future))))
    }

    /// As [`Error::suspend`], until some time of the platform's clock: a call that blocks is idle
    /// meanwhile.
    pub(crate) fn sleep(
        future: impl Future<Output = Result<Vec<Val>, Error>> + Send + 'static,
    ) -> Self {
        Self::Suspended(Suspended::new(Pending::Sleep(Box::pin(future))))
    }
}
