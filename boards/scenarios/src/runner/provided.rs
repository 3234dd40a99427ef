//! The memories and the tables that a job makes for its guest, which imports them.

use alloc::vec::Vec;

use vellum::{Engine, Error, ExternType, Linker, Memory, Module, SharedMemory, Store};

use super::{missing::made, program::Program};
use crate::Platform;

/// Defines every memory and every table that the module imports, of the type it is imported with, and
/// gives those that are shared: they are not among the store's own.
///
/// Their handles are dropped: the store alone can reach the memories, so that a wait that nobody can
/// end is known to be one.
#[inline(never)]
pub(super) fn define<P: Platform>(
    linker: &mut Linker<Program<P>>,
    engine: &Engine,
    store: &mut Store<Program<P>>,
    module: &Module,
) -> Result<Vec<Memory>, Error> {
    let mut shared = Vec::new();
    for import in module.imports() {
        let (from, name, ty) = (import.module(), import.name(), import.ty());
        let is_made = matches!(ty, ExternType::Memory(_) | ExternType::Table(_));
        if !is_made || linker.contains(from, name) {
            continue;
        }
        if let Some(ty) = ty.memory().filter(|ty| ty.is_shared()) {
            let memory = SharedMemory::new(engine, *ty)?.as_memory(&mut *store)?;
            shared.push(memory);
            linker.define(from, name, memory)?;
        } else if let Some(item) = made(store, ty)? {
            let data = store.data_mut();
            data.memory = data.memory.or(item.clone().into_memory());
            linker.define(from, name, item)?;
        }
    }
    Ok(shared)
}
