//! The program: its arguments and environment, which are empty, its threads and its end.

use super::{
    errno::Errno,
    guest::{WasiResult, charge, with},
    host::Wasi,
};
use crate::error::Error;
use crate::func::caller::Caller;
use crate::linker::Linker;
use vellum_memory::MemoryAccess as _;

pub(super) fn add<T: Wasi>(linker: &mut Linker<T>, module: &str) -> Result<(), Error> {
    for (sizes, list) in [("args_sizes_get", "args_get"), ("environ_sizes_get", "environ_get")] {
        linker.func_wrap(module, sizes, no_strings::<T>)?;
        linker.func_wrap(module, list, |_: i32, _: i32| 0)?;
    }
    linker.func_wrap(module, "proc_exit", |code: i32| -> Result<(), Error> {
        Err(Error::Exit(code))
    })?;
    linker.func_wrap(module, "sched_yield", give_way::<T>)?;
    linker.func_wrap(module, "random_get", random::<T>)?;
    Ok(())
}

/// Starts a thread of the guest, and gives its identifier or, where it can't be started, a negative
/// number.
pub(super) fn spawn<T: Wasi>(mut caller: Caller<'_, T>, argument: i32) -> i32 {
    let data = caller.data().clone();
    caller.spawn(data, argument).unwrap_or(-(Errno::Again as i32))
}

/// How many strings there are, and how many bytes they have together.
fn no_strings<T: Wasi>(mut caller: Caller<'_, T>, count: u32, bytes: u32) -> WasiResult {
    with(&mut caller, |memory, _| {
        memory.write_value(count as usize, &0_u32)?;
        Ok(memory.write_value(bytes as usize, &0_u32)?)
    })
}

/// Ends the slice of the guest: without fuel it goes no further.
fn give_way<T: Wasi>(mut caller: Caller<'_, T>) -> WasiResult {
    caller.end_slice();
    Ok(0)
}

fn random<T: Wasi>(mut caller: Caller<'_, T>, pointer: u32, length: u32) -> WasiResult {
    charge(&mut caller, length as usize)?;
    with(&mut caller, |memory, user| {
        let start = pointer as usize;
        user.random(memory.slice_mut(start..start.saturating_add(length as usize))?)
    })
}
