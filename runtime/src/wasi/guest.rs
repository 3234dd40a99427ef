//! The memory of the guest that called.

use super::{errno::Errno, host::Wasi};
use crate::error::Error;
use crate::func::caller::Caller;

/// What a function of the interface gives its guest: the number of an error, or 0.
pub(super) type WasiResult = Result<i32, Error>;

const MEMORY: &str = "memory";
/// Bytes that one unit of fuel pays for, as where the interpreter itself copies them.
pub(super) const BYTES_PER_FUEL: usize = 64;

/// Does something with the guest's memory and the embedder's data.
pub(super) fn with<T: Wasi>(
    caller: &mut Caller<'_, T>,
    f: impl FnOnce(&mut [u8], &mut T) -> Result<(), Errno>,
) -> WasiResult {
    let memory = caller.memory().ok_or_else(|| Error::UnknownExport(MEMORY.into()))?;
    let (bytes, user) = memory.data_and_store_mut(caller)?;
    Ok(match f(bytes, user) {
        Ok(()) => 0,
        Err(errno) => errno as i32,
    })
}

/// Takes fuel for so many bytes.
pub(super) fn charge<T: Wasi>(caller: &mut Caller<'_, T>, bytes: usize) -> Result<(), Error> {
    let units = (bytes / BYTES_PER_FUEL) as u64;
    caller.consume_fuel(units)
}
