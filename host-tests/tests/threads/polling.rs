//! Polling futures, and counting how often they are woken.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

#[derive(Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Wakes {
    /// How often there was one since this was last asked.
    pub(crate) fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

pub(crate) fn poll<F: Future>(call: &mut Pin<&mut F>, wakes: &Arc<Wakes>) -> Poll<F::Output> {
    call.as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::clone(wakes))))
}
