//! Slices of calls on an engine without threads, where guests can be stopped.

use crate::error::Error;
use crate::world::{StoreMut, fuel, interruption::check};

/// What was left of the slice of a guest, while a call of its host function runs.
#[must_use]
pub(crate) struct Outer(u64);

/// Gives a call that begins, or goes on after it was suspended, its first slice, unless its guest is to
/// stop. Without slices it has all its fuel.
#[inline(always)]
pub(crate) fn begin(store: &mut StoreMut<'_>) -> Result<Outer, Error> {
    begin_with(store, 1)
}

/// As [`begin`], with as much fuel as is required to go on.
#[inline(always)]
pub(super) fn begin_with(store: &mut StoreMut<'_>, required: u64) -> Result<Outer, Error> {
    match store.data().engine.config().interruption() {
        Some(_) => first(store, required),
        None => Ok(Outer(0)),
    }
}

#[inline(never)]
fn first(store: &mut StoreMut<'_>, required: u64) -> Result<Outer, Error> {
    let outer = store.get_fuel().unwrap_or_default();
    load(store, required).inspect_err(|_| fuel::give_back(store, outer))?;
    Ok(Outer(outer))
}

/// Gives a call whose slice is used up the next one, unless its guest is to stop. Without slices its
/// fuel is used up.
#[inline(always)]
pub(crate) fn next(store: &mut StoreMut<'_>, required: u64) -> Result<(), Error> {
    match store.data().engine.config().interruption() {
        Some(_) => load(store, required),
        None => Err(Error::OutOfFuel),
    }
}

#[inline(never)]
fn load(store: &mut StoreMut<'_>, required: u64) -> Result<(), Error> {
    fuel::unload(store);
    check(store.data().session.interruption.as_ref())?;
    fuel::load(store, required)
}

/// Takes back what a call has left of its slice.
#[inline(always)]
pub(crate) fn end(store: &mut StoreMut<'_>, Outer(outer): Outer) {
    if store.data().engine.config().interruption().is_some() {
        fuel::unload(store);
        fuel::give_back(store, outer);
    }
}
