//! What time it is, and waiting for it.

use super::{
    errno::Errno,
    guest::{WasiResult, with},
    host::{Clock, Wasi},
};
use crate::func::caller::Caller;
use vellum_memory::MemoryAccess as _;

pub(super) fn clock(id: u32) -> Result<Clock, Errno> {
    match id {
        0 => Ok(Clock::Realtime),
        1 => Ok(Clock::Monotonic),
        // Time that the processor spent on a program or a thread is not known.
        2 | 3 => Err(Errno::NotSup),
        _ => Err(Errno::Inval),
    }
}

pub(super) fn time<T: Wasi>(
    mut caller: Caller<'_, T>,
    id: u32,
    _precision: i64,
    result: u32,
) -> WasiResult {
    let platform = caller.engine().platform();
    with(&mut caller, |memory, user| {
        let time = user.now(clock(id)?).or_else(|| Some(platform.now()?.0)).ok_or(Errno::NotSup)?;
        Ok(memory.write_value(result as usize, &time)?)
    })
}

pub(super) fn resolution<T: Wasi>(mut caller: Caller<'_, T>, id: u32, result: u32) -> WasiResult {
    with(&mut caller, |memory, user| {
        let resolution = user.resolution(clock(id)?);
        Ok(memory.write_value(result as usize, &resolution)?)
    })
}
