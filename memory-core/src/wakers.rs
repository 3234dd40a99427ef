//! Wakers that are kept until a lock is released.

use core::mem;
use core::task::Waker;

use heapless::Vec;

/// A waker that a queue of waits has no more use for.
#[derive(Debug)]
pub(crate) enum ReleasedWaker {
    /// Its wait goes on.
    Wake(Waker),
    /// Its wait ended or has another one.
    Drop(Waker),
}

impl ReleasedWaker {
    /// Runs the waker's own code, and perhaps that of the task that it belongs to.
    pub(crate) fn settle(self) {
        match self {
            Self::Wake(waker) => waker.wake(),
            Self::Drop(waker) => drop(waker),
        }
    }
}

/// Wakers that are settled, in the order in which they came, when this is dropped.
#[derive(Debug)]
pub(crate) struct Wakers<const N: usize>(Vec<ReleasedWaker, N>);

impl<const N: usize> Wakers<N> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Keeps a waker; beyond `N` of them it is settled at once.
    pub(crate) fn keep(&mut self, spent: ReleasedWaker) {
        if let Err(spent) = self.0.push(spent) {
            spent.settle();
        }
    }

    /// All that are kept, if there are any.
    pub(crate) fn take(&mut self) -> Option<Self> {
        (!self.0.is_empty()).then(|| Self(mem::take(&mut self.0)))
    }
}

impl<const N: usize> Drop for Wakers<N> {
    fn drop(&mut self) {
        mem::take(&mut self.0).into_iter().for_each(ReleasedWaker::settle);
    }
}
