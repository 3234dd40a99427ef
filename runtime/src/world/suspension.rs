//! What a guest is suspended for, from the function that suspends it to the call that drives it.

use super::definitions::{Suspension, SuspensionSlot};
use crate::error::Error;
use alloc::{sync::Arc, vec, vec::Vec};
use core::task::{Context, Poll, Waker};

impl SuspensionSlot {
    /// The slot to suspend by, which exists from the first use on.
    pub(crate) fn shared(&mut self) -> Self {
        Self(Some(Arc::clone(self.0.get_or_insert_default())))
    }

    /// Suspends the running guest: gives what the function that it called returns.
    pub(crate) fn suspend(&self, suspension: Suspension) -> Error {
        if let Some(slot) = &self.0 {
            // One that its host function did not return is dropped when the slot is free again.
            let _unused = slot.lock().replace(suspension);
        }
        Error::Suspended
    }

    /// Drops what a call that blocks is suspended for, if `error` says so: nothing polls it. Not to be
    /// called inside a compartment, because it is the embedder's.
    #[cold]
    pub(crate) fn drop_with(&self, error: Error) -> Error {
        if matches!(error, Error::Suspended) {
            drop(self.take());
        }
        error
    }

    /// What the guest that has just stopped is suspended for.
    pub(crate) fn take(&self) -> Option<Suspension> {
        self.0.as_ref()?.lock().take()
    }
}

impl Suspension {
    /// The values that the guest goes on with, when they are there. A wait in the guest's own world is
    /// asked [under its lock](super::World::poll), and never ends here.
    pub(crate) fn poll(&mut self, waker: &Waker) -> Poll<Result<Vec<wasmi::Val>, Error>> {
        match self {
            Self::Wait { .. } => Poll::Pending,
            Self::RemoteWait(wait) => match wait.poll(waker) {
                Ok(ended) => ended.map(|result| Ok(vec![wasmi::Val::I32(result as i32)])),
                Err(error) => Poll::Ready(Err(error)),
            },
            Self::Work(work) | Self::Sleep(work) => {
                work.as_mut().poll(&mut Context::from_waker(waker))
            }
        }
    }

    /// Whether it is a notification that the guest waits for without a time limit.
    pub(crate) fn waits_forever(&self) -> bool {
        match self {
            Self::Wait { time, .. } => !time.is_limited(),
            Self::RemoteWait(wait) => wait.waits_forever(),
            Self::Work(_) | Self::Sleep(_) => false,
        }
    }

    /// Whether it is a notification that the guest waits for until some time.
    pub(crate) fn has_time_limit(&self) -> bool {
        match self {
            Self::Wait { time, .. } => time.limit().is_some(),
            Self::RemoteWait(wait) => wait.has_time_limit(),
            Self::Work(_) | Self::Sleep(_) => false,
        }
    }
}
