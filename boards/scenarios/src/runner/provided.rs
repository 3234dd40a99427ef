//! The memories and the tables that a job makes for its guest, which imports them.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

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
    let imports: Vec<(String, String, ExternType)> = module
        .imports()
        .filter(|import| matches!(import.ty(), ExternType::Memory(_) | ExternType::Table(_)))
        .map(|import| (import.module().to_owned(), import.name().to_owned(), import.ty().clone()))
        .collect();
    let mut shared = Vec::new();
    for (module, name, ty) in imports {
        if linker.get(&mut *store, &module, &name)?.is_some() {
            continue;
        }
        if let Some(ty) = ty.memory().filter(|ty| ty.is_shared()) {
            let memory = SharedMemory::new(engine, *ty)?.as_memory(&mut *store)?;
            shared.push(memory);
            linker.define(&module, &name, memory)?;
        } else if let Some(item) = made(store, ty)? {
            let data = store.data_mut();
            data.memory = data.memory.or(item.clone().into_memory());
            linker.define(&module, &name, item)?;
        }
    }
    Ok(shared)
}
