//! What is done to wakers after a lock was released.

use core::task::Waker;

use heapless::Vec;

/// Wakers that leave a queue of waits.
#[must_use = "wakers are to be woken after the lock is released"]
pub(super) struct Wakers<const N: usize> {
    pub(super) woken: Vec<Waker, N>,
    /// To be dropped, which may end a task.
    pub(super) spent: Vec<Waker, N>,
}

impl<const N: usize> Wakers<N> {
    /// Runs the code of the wakers, and perhaps that of the tasks that they belong to.
    pub(super) fn run(self) {
        let Self { woken, spent } = self;
        woken.into_iter().for_each(Waker::wake);
        drop(spent);
    }
}
