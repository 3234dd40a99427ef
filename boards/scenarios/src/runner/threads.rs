//! Guests with threads: what a job gives them besides what it gives all guests.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use vellum::{Engine, Error, ExternType, Linker, Memory, MemoryType, Module, SharedMemory, Store};

use super::program::Program;
use crate::Platform;

/// Defines every shared memory that the module imports, of the type it is imported with, and gives
/// them: they are not among the store's own.
///
/// The handles are dropped: the store alone can reach the memories, so that a wait that nobody can
/// end is known to be one.
#[inline(never)]
pub(super) fn define_memories<P: Platform>(
    linker: &mut Linker<Program<P>>,
    engine: &Engine,
    store: &mut Store<Program<P>>,
    module: &Module,
) -> Result<Vec<Memory>, Error> {
    let shared = |ty: &ExternType| match ty {
        ExternType::Memory(ty) if ty.is_shared() => Some(*ty),
        _ => None,
    };
    let imports: Vec<(String, String, MemoryType)> = module
        .imports()
        .filter_map(|import| {
            let ty = shared(import.ty())?;
            Some((import.module().to_owned(), import.name().to_owned(), ty))
        })
        .collect();
    let mut memories = Vec::new();
    for (module, name, ty) in imports {
        if linker.get(&mut *store, &module, &name)?.is_none() {
            let memory = SharedMemory::new(engine, ty)?.as_memory(&mut *store)?;
            linker.define(&module, &name, memory)?;
            memories.push(memory);
        }
    }
    Ok(memories)
}
