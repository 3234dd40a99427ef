//! Instantiation: link, reserve pages, fill them from the module's bytes, start.

use super::placement::Placement;
use super::world::{InstanceEntry, World};
use super::{Engine, Error, Extern, Func, Instance, Limit, Module, Trap, admission, convert};
use crate::prepare::{DataSegment, Offset};
use alloc::vec::Vec;
use vellum_memory::MemoryType;
use wasmi::AsContext as _;

type Store<'a> = wasmi::StoreContextMut<'a, World>;

/// Instantiates `module`; what fails leaves no pages behind, except what the specification says
/// stays visible (segments written before the one out of bounds).
pub(super) fn instantiate(
    store: &mut Store<'_>,
    module: &Module,
    imports: &[Extern],
) -> Result<Instance, Error> {
    let id = store.data().id;
    if !Engine::same(module.engine(), &store.data().engine) {
        return Err(Error::WrongEngine);
    }
    if imports.iter().any(|import| import.store() != id) {
        return Err(Error::WrongStore);
    }
    check_memories(store, module, imports)?;
    admission::check_tables(store.data(), module.tables())?;
    module.engine().warm()?;
    let mut externs: Vec<wasmi::Extern> = imports.iter().map(|import| import.to_wasmi()).collect();
    let mut memories: Vec<wasmi::Memory> =
        externs.iter().copied().filter_map(wasmi::Extern::into_memory).collect();
    for memory in define_memories(store, module)? {
        externs.push(memory.into());
        memories.push(memory);
    }
    let externs = module.import_order().sort(&externs);
    let externs =
        externs.ok_or(Error::Config("the externs given do not match the module's imports"))?;
    store.data_mut().tables += module.tables();
    let inner = wasmi::Instance::new(&mut *store, module.wasmi(), &externs)
        .map_err(|error| limits(convert::call(&error), store.data()))?;
    for segment in module.data() {
        write_segment(store, module, &inner, &memories, segment)?;
    }
    if module.start() {
        let start = inner.get_func(store.as_context(), &module.names().start());
        let inner = start.ok_or(Error::Config("the start function is missing"))?;
        Func { store: id, inner }.run(store, &[], &mut [])?;
    }
    let world = store.data_mut();
    world.instances.push(InstanceEntry { inner, module: module.clone() });
    Ok(Instance { store: id, entry: world.instances.len() - 1 })
}

/// Imported memories must match by their declared types, with what they have grown to as their
/// minimum; the interpreter sees the reserved pages.
fn check_memories(store: &Store<'_>, module: &Module, imports: &[Extern]) -> Result<(), Error> {
    let declared = module.memories().iter().filter(|memory| memory.imported);
    let given = imports.iter().filter_map(|import| match import {
        Extern::Memory(memory) => {
            let entry = store.data().memories.get(memory.entry)?;
            Some((entry.ty, memory.inner.size(store)))
        }
        _ => None,
    });
    for (position, (declared, (given, size))) in declared.zip(given).enumerate() {
        if !present(given, size).is_some_and(|given| given.is_subtype_of(&declared.ty)) {
            let is_memory = |ty: &super::ExternType| matches!(ty, super::ExternType::Memory(_));
            let import = module.imports().filter(|import| is_memory(import.ty())).nth(position);
            let (module, name) = import.map_or(("", ""), |import| (import.module(), import.name()));
            return Err(Error::IncompatibleImport { module: module.into(), name: name.into() });
        }
    }
    Ok(())
}

/// The type of a memory of type `ty` that has `size` pages by now.
fn present(ty: MemoryType, size: u64) -> Option<MemoryType> {
    let builder = MemoryType::builder().min(size).max(ty.maximum()).shared(ty.is_shared());
    builder.memory64(ty.is_64()).page_size_log2(ty.page_size_log2()).build().ok()
}

/// Makes the memories that the module defines: all pages are reserved before any is used.
fn define_memories(store: &mut Store<'_>, module: &Module) -> Result<Vec<wasmi::Memory>, Error> {
    let defined = module.memories().iter().filter(|memory| !memory.imported);
    admission::check_memories(store.data(), defined.clone().count())?;
    let placements = defined
        .map(|memory| Placement::reserve(store.data(), memory.ty, None))
        .collect::<Result<Vec<_>, _>>()?;
    placements.into_iter().map(|placement| Ok(placement.place(store)?.0)).collect()
}

/// Copies one active segment from the module's bytes to its memory.
fn write_segment(
    store: &mut Store<'_>,
    module: &Module,
    instance: &wasmi::Instance,
    memories: &[wasmi::Memory],
    segment: &DataSegment,
) -> Result<(), Error> {
    let offset = match segment.offset {
        Offset::Const(offset) => offset,
        Offset::Global(k) => {
            let name = module.names().offset(k);
            match instance.get_global(store.as_context(), &name).map(|g| g.get(store.as_context()))
            {
                Some(wasmi::Val::I32(offset)) => u64::from(offset.cast_unsigned()),
                Some(wasmi::Val::I64(offset)) => offset.cast_unsigned(),
                _ => return Err(Error::Config("the offset of a data segment is missing")),
            }
        }
    };
    let bytes = module.bytes().get(segment.bytes.clone()).unwrap_or_default();
    let memory = memories.get(segment.memory as usize);
    let memory = memory.ok_or(Error::Config("the memory of a data segment is missing"))?;
    let offset = usize::try_from(offset).map_err(|_| Trap::MemoryOutOfBounds)?;
    memory.write(&mut *store, offset, bytes).map_err(|_| Trap::MemoryOutOfBounds.into())
}

/// Fills in the numbers that the interpreter does not tell.
fn limits(error: Error, world: &World) -> Error {
    let Error::LimitExceeded(exceeded) = &error else { return error };
    let maximum = match exceeded.limit {
        Limit::Instances => world.limits.instances,
        Limit::TableElements => world.limits.table_elements,
        _ => return error,
    };
    Error::limit(exceeded.limit, maximum as u64, 0)
}
