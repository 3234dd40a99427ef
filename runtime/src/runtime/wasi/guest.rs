//! The memory of the guest that called.

use super::{Errno, Wasi};
use crate::runtime::threads::Thread;
use crate::runtime::{AsContextMut as _, Caller, Error, Extern, Memory, fuel};
use wasmi::AsContext as _;

/// What a function of the interface gives its guest: the number of an error, or 0.
pub(super) type Answer = Result<i32, Error>;

const MEMORY: &str = "memory";
/// Bytes that one unit of fuel pays for, as where the interpreter itself copies them.
pub(super) const BYTES_PER_FUEL: usize = 64;

/// Does something with the guest's memory and the embedder's data.
pub(super) fn with<T: Wasi>(
    caller: &mut Caller<'_, T>,
    f: impl FnOnce(&mut [u8], &mut T) -> Result<(), Errno>,
) -> Answer {
    let memory = memory(caller)?;
    let (bytes, user) = memory.data_and_store_mut(caller)?;
    Ok(match f(bytes, user) {
        Ok(()) => 0,
        Err(errno) => errno as i32,
    })
}

/// The memory that the guest exports or, if it exports none, the one that its program imports.
fn memory<T: Wasi>(caller: &mut Caller<'_, T>) -> Result<Memory, Error> {
    if let Some(memory) = caller.get_export(MEMORY).and_then(Extern::into_memory) {
        return Ok(memory);
    }
    let imported = caller.as_context_mut().change(|store| {
        let store = store.as_context();
        let program = Thread::program(store.data())?;
        let imports = &store.data().instances.get(program)?.imports;
        let memory = imports.iter().find(|import| matches!(import, wasmi::Extern::Memory(_)))?;
        Extern::from_wasmi(store, store.data().session.id, *memory).into_memory()
    })?;
    imported.ok_or_else(|| Error::UnknownExport(MEMORY.into()))
}

/// Takes fuel for so many bytes.
pub(super) fn charge<T: Wasi>(caller: &mut Caller<'_, T>, bytes: usize) -> Result<(), Error> {
    let units = (bytes / BYTES_PER_FUEL) as u64;
    caller.as_context_mut().change(|store| fuel::charge(store, units))?
}
