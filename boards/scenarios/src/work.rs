//! Work that can be done beside other work.

use alloc::boxed::Box;
use core::{future::Future, pin::Pin};

use vellum::Error;

/// Work as a task of an executor.
pub type Task<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

/// Work for which there is a thread, a task or a core.
pub trait Work: Send {
    /// Works, and blocks meanwhile.
    ///
    /// # Errors
    ///
    /// Whatever the runtime reports.
    fn run(&mut self) -> Result<(), Error>;

    /// Works, and gives way to other tasks. It ends as [`Work::run`] does.
    fn task(&mut self) -> Task<'_>;
}
