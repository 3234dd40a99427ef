//! Calls of a store without threads as futures: pending while a host function returns later.

use super::call::{Call, Progress};
use crate::error::Error;
use crate::values::buffer::Values;
use crate::world::StoreMut;
use core::task::{Poll, Waker};
use wasmi::Val;

/// Runs a call of a store without threads as far as it goes.
#[inline(never)]
pub(super) fn poll(
    call: &mut Call,
    store: &mut StoreMut<'_>,
    params: &[Val],
    results: &mut [Val],
    waker: &Waker,
) -> Poll<Result<(), Error>> {
    loop {
        match resume(call, store, params, results, waker) {
            Ok(Progress::Finished) => return Poll::Ready(Ok(())),
            // All that there is, not the end of a slice.
            Ok(Progress::Ran) if call.is_spent() => return Poll::Ready(Err(Error::OutOfFuel)),
            Ok(Progress::Ran) => {}
            Ok(Progress::Parked | Progress::Suspended) => return Poll::Pending,
            Err(error) => return Poll::Ready(Err(error)),
        }
    }
}

/// Runs the call until a host function suspends it, unless one that did has not returned.
fn resume(
    call: &mut Call,
    store: &mut StoreMut<'_>,
    params: &[Val],
    results: &mut [Val],
    waker: &Waker,
) -> Result<Progress, Error> {
    let values = match call.pending(waker) {
        Some(Poll::Ready(values)) => Some(Values::arguments(&values?, store.data().session.id)?),
        Some(Poll::Pending) | None => None,
    };
    let values = values.as_ref().map(Values::as_slice);
    call.step(store, values, params, results, Some(waker))
}
