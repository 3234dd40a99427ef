//! Slices of calls that block on an engine without threads. Where guests can be stopped, the interpreter
//! has no fuel when a call begins: so it asks for a slice at once, and before every further one.

use crate::error::Error;
use crate::world::{StoreMut, fuel, interruption::check};

/// Gives a call whose slice is used up the next one, unless its guest is to stop. On an engine without
/// slices its fuel is used up.
#[inline(always)]
pub(crate) fn next(store: &mut StoreMut<'_>, required: u64) -> Result<(), Error> {
    match store.data().engine.config().interruption() {
        Some(_) => load(store, required),
        None => Err(Error::OutOfFuel),
    }
}

#[cold]
#[inline(never)]
fn load(store: &mut StoreMut<'_>, required: u64) -> Result<(), Error> {
    check(store.data().session.interruption.as_ref())?;
    fuel::unload(store);
    fuel::load(store, required)
}

/// Gives a call that goes on its first slice, if it runs in slices.
#[inline(always)]
pub(super) fn begin(store: &mut StoreMut<'_>) -> Result<(), Error> {
    match store.data().engine.config().interruption() {
        Some(_) => load(store, 1),
        None => Ok(()),
    }
}

/// Takes back what a call has left of its slices. One that was called by its guest's host function gets
/// another when it goes on.
#[inline(always)]
pub(crate) fn end(store: &mut StoreMut<'_>) {
    if store.data().engine.config().interruption().is_some() {
        fuel::unload(store);
    }
}
