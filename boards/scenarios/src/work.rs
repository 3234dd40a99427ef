//! Work that can run beside other work.

use alloc::boxed::Box;
use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use vellum::Error;

/// Work as a task of an executor.
pub type Task<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

/// Work that has a thread, a task or a core.
pub trait Work: Send {
    /// Works, and gives way to other tasks.
    fn task(&mut self) -> Task<'_>;

    /// Does the same, and blocks until it is done.
    ///
    /// # Errors
    ///
    /// Any error of the runtime.
    fn run(&mut self) -> Result<(), Error> {
        let mut task = self.task();
        loop {
            if let Poll::Ready(end) = task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return end;
            }
        }
    }
}
