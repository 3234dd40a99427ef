//! Calls of a store without threads as futures: pending while a host function returns later.

use super::{call::check, suspend::Pending};
use crate::error::{Error, convert};
use crate::values::buffer::Values;
use crate::world::StoreMut;
use core::future::poll_fn;
use wasmi::{ResumableCall, Val};

/// Calls a function of a store without threads, its arguments checked already.
pub(super) async fn alone(
    store: &mut StoreMut<'_>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let _active = store.data().engine.enter()?;
    let mut ran = func.call_resumable(&mut *store, params, results);
    loop {
        let suspended = match ran {
            Ok(ResumableCall::Finished) => return Ok(()),
            Ok(ResumableCall::OutOfFuel(_)) => return Err(Error::OutOfFuel),
            Ok(ResumableCall::HostTrap(suspended)) => suspended,
            // A host function that no guest has called.
            Err(error) => {
                let error = store.data_mut().failure(&error);
                let values = returned(store, error, func).await?;
                results.clone_from_slice(values.as_slice());
                return Ok(());
            }
        };
        let error = convert::call(suspended.host_error());
        let values = returned(store, error, suspended.host_func()).await?;
        ran = suspended.resume(&mut *store, values.as_slice(), results);
    }
}

/// What the function that stopped with `error` returns later, if that suspended it.
async fn returned(
    store: &mut StoreMut<'_>,
    error: Error,
    func: wasmi::Func,
) -> Result<Values, Error> {
    let mut pending = Pending::of(error)?;
    let values = poll_fn(|context| pending.poll(context.waker())).await?;
    let values = Values::arguments(&values, store.data().session.id)?;
    check(&func.ty(&*store), values.as_slice())?;
    Ok(values)
}
