//! What a suspended guest waits for, on its way from a host function to the call that drives it.

use alloc::boxed::Box;
use core::{any::Any, fmt};
use spin::Mutex;

/// What a host function that suspended its guest is working on.
pub struct Suspended(Mutex<Box<dyn Any + Send>>);

impl Suspended {
    pub(crate) fn new<W: Send + 'static>(work: W) -> Self {
        Self(Mutex::new(Box::new(work)))
    }

    /// The work, if it is of type `W`.
    pub(crate) fn into_inner<W: 'static>(self) -> Result<W, Self> {
        match self.0.into_inner().downcast() {
            Ok(work) => Ok(*work),
            Err(other) => Err(Self(Mutex::new(other))),
        }
    }
}

impl fmt::Debug for Suspended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Suspended")
    }
}
