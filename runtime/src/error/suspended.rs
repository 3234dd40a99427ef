//! What a suspended guest waits for, on its way from a host function to the call that drives it.

use alloc::boxed::Box;
use core::{any::Any, fmt};
use spin::Mutex;

/// What a host function that suspended its guest is working on.
///
/// ```
/// use vellum::{Config, Engine, Error, Func, Store, Val};
///
/// # fn main() -> Result<(), Error> {
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let later = Func::wrap(&mut store, || -> Result<i32, Error> {
///     Err(Error::suspend(async { Ok(vec![Val::I32(42)]) }))
/// })?;
/// let later = later.typed::<(), i32>(&store)?;
/// // On an engine without threads, a call that blocks can't be suspended.
/// assert!(matches!(later.call(&mut store, ()), Err(Error::Suspended(_))));
/// # Ok(())
/// # }
/// ```
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
