//! The program: its threads, its end, and random bytes.

use super::{
    errno::Errno,
    guest::{WasiResult, charge, with},
    host::Wasi,
};
use crate::error::Error;
use crate::func::caller::Caller;
use vellum_memory::MemoryAccess as _;

/// Ends the program.
pub(super) fn exit(code: i32) -> Result<(), Error> {
    Err(Error::Exit(code))
}

/// Starts a thread of the guest, and gives its identifier or, where it can't be started, a negative
/// number.
pub(super) fn spawn<T: Wasi>(mut caller: Caller<'_, T>, argument: i32) -> i32 {
    let data = caller.data().clone();
    caller.spawn(data, argument).unwrap_or(-(Errno::Again as i32))
}

/// Ends the slice of the guest: without fuel it goes no further.
pub(super) fn give_way<T: Wasi>(mut caller: Caller<'_, T>) -> WasiResult {
    caller.end_slice();
    Ok(0)
}

pub(super) fn random<T: Wasi>(mut caller: Caller<'_, T>, pointer: u32, length: u32) -> WasiResult {
    charge(&mut caller, length as usize)?;
    with(&mut caller, |memory, user| {
        let start = pointer as usize;
        user.random(memory.slice_mut(start..start.saturating_add(length as usize))?)
    })
}
