//! Instantiation: link, reserve pages, fill them from the module's bytes, start.

use super::elements::Elements;
use super::placement::Placement;
use super::threads::{Place, Thread};
use super::world::{InstanceEntry, World, push};
use super::{
    Engine, Error, Extern, Instance, Limit, Module, StoreContextMut, Trap, admission, convert,
    helpers,
};
use crate::prepare::{Active, Offset};
use alloc::vec::Vec;
use core::ops::Range;
use vellum_memory::MemoryType;
use wasmi::AsContext as _;

type Store<'a> = wasmi::StoreContextMut<'a, World>;

const MISMATCH: Error = Error::Config("the externs given do not match the module's imports");

/// Instantiates `module` and runs its start function. What fails before its memories are made leaves
/// nothing behind; what fails later leaves them to the store, and visible what the specification says
/// stays so (segments written before the one out of bounds).
pub(super) fn instantiate<T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    module: &Module,
    imports: &[Extern],
) -> Result<Instance, Error> {
    let sizes = locked_sizes(context, imports)?;
    let begun = context.change(|store| begin(store, module, imports, &sizes))??;
    let starting = Starting::new(context, &begun);
    if let Some(start) = begun.start {
        starting.context.run(start, &[], &mut [])?;
    }
    Ok(starting.has_returned(begun))
}

/// As [`instantiate`], giving way to others while the start function runs.
pub(super) async fn give_way<T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    module: &Module,
    imports: &[Extern],
) -> Result<Instance, Error> {
    let sizes = locked_sizes(context, imports)?;
    let begun = context.change(|store| begin(store, module, imports, &sizes))??;
    let starting = Starting::new(context, &begun);
    if let Some(start) = begun.start {
        starting.context.give_way(start, &[], &mut []).await?;
    }
    Ok(starting.has_returned(begun))
}

/// An instance whose start function is still to be run, if it has one.
struct Begun {
    instance: Instance,
    start: Option<wasmi::Func>,
    /// Whether guests may start threads of it.
    is_program: bool,
}

/// A store while the start function of an instance runs.
struct Starting<'c, 'a, T: Send + 'static> {
    context: &'c mut StoreContextMut<'a, T>,
    /// The instance by whose start function this one was made.
    outer: Option<usize>,
}

impl<'c, 'a, T: Send + 'static> Starting<'c, 'a, T> {
    fn new(context: &'c mut StoreContextMut<'a, T>, begun: &Begun) -> Self {
        let session = context.session_mut();
        let outer = session.starting;
        if begun.is_program {
            session.starting = Some(begun.instance.entry);
        }
        Self { context, outer }
    }

    fn has_returned(self, begun: Begun) -> Instance {
        if begun.is_program {
            self.context.session_mut().program.get_or_insert(begun.instance.entry);
        }
        begun.instance
    }
}

impl<T: Send + 'static> Drop for Starting<'_, '_, T> {
    fn drop(&mut self) {
        self.context.session_mut().starting = self.outer;
    }
}

/// Makes another instance of the module of an entry, with the same imports, and gives its start
/// function.
pub(super) fn again(
    store: &mut Store<'_>,
    of: usize,
) -> Result<(wasmi::Instance, Option<wasmi::Func>), Error> {
    let entry = store.data().instances.get(of).ok_or(Error::WrongStore)?;
    let (module, imports) = (entry.module.clone(), entry.imports.clone());
    admission::check_tables(store.data(), module.tables())?;
    admission::fits(module.engine().config(), module.instance_heap())?;
    make(store, &module, imports)
}

fn begin(
    store: &mut Store<'_>,
    module: &Module,
    imports: &[Extern],
    sizes: &[Option<u64>],
) -> Result<Begun, Error> {
    let id = store.data().session.id;
    if !Engine::same(module.engine(), &store.data().engine) {
        return Err(Error::WrongEngine);
    }
    if imports.iter().any(|import| import.store() != id) {
        return Err(Error::WrongStore);
    }
    // Before any pages are leased.
    if imports.len() != module.import_count() {
        return Err(MISMATCH);
    }
    check_memories(store, module, imports, sizes)?;
    admission::check_tables(store.data(), module.tables())?;
    module.engine().warm()?;
    let imports: Vec<wasmi::Extern> = imports.iter().map(|import| import.to_wasmi()).collect();
    let has_threads = module.engine().config().has_threads();
    let kept = if has_threads { imports.clone() } else { Vec::new() };
    let (inner, start) = make(store, module, imports)?;
    let is_program = has_threads && Thread::has_entry(store.as_context(), &inner);
    let world = store.data_mut();
    let module = module.clone();
    let entry = InstanceEntry { owner: id, inner, module, imports: kept };
    push(&mut world.instances, entry);
    let instance = Instance { store: id, entry: world.instances.len() - 1 };
    Ok(Begun { instance, start, is_program })
}

/// Makes an instance, fills its memories, and gives its start function.
fn make(
    store: &mut Store<'_>,
    module: &Module,
    mut imports: Vec<wasmi::Extern>,
) -> Result<(wasmi::Instance, Option<wasmi::Func>), Error> {
    let session = &mut store.data_mut().session;
    session.count_instance()?;
    session.tables += module.tables();
    let place = |memory: wasmi::Memory| {
        let entry = store.data().memory_at(memory.data_ptr(&*store) as usize);
        Some(Place { memory, entry: entry? })
    };
    let imported = imports.iter().copied().filter_map(wasmi::Extern::into_memory);
    let mut memories: Vec<Place> = imported.filter_map(place).collect();
    for (memory, entry) in define_memories(store, module)? {
        imports.push(memory.into());
        memories.push(Place { memory, entry });
    }
    let imports = module.import_order().sort(&imports);
    let imports = imports.ok_or(MISMATCH)?;
    let elements = Elements::of(store, &imports)?;
    let made = wasmi::Instance::new(&mut *store, module.wasmi(), &imports);
    let inner = match made {
        Ok(inner) => inner,
        Err(error) => {
            elements.restore(store);
            return Err(limits(convert::call(&error), store.data()));
        }
    };
    helpers::install(store, module, &inner, &memories)?;
    for segment in module.data() {
        if let Some(active) = &segment.active {
            write_segment(store, module, &inner, &memories, active, segment.bytes.clone())?;
        }
    }
    let start = module.start().then(|| {
        let start = inner.get_func(store.as_context(), &module.names().start());
        start.ok_or(Error::Config("the start function is missing"))
    });
    Ok((inner, start.transpose()?))
}

/// The sizes of those imports that are another engine's memories, asked for while the lock of the
/// store's own world is free.
fn locked_sizes<T: Send + 'static>(
    context: &StoreContextMut<'_, T>,
    imports: &[Extern],
) -> Result<Vec<Option<u64>>, Error> {
    let size = |import: &Extern| match import {
        Extern::Memory(memory) => memory.locked(context)?.map(|memory| memory.size()).transpose(),
        _ => Ok(None),
    };
    imports.iter().map(size).collect()
}

/// Imported memories must match by their declared types, with what they have grown to as their
/// minimum; the interpreter sees the reserved pages.
fn check_memories(
    store: &Store<'_>,
    module: &Module,
    imports: &[Extern],
    locked: &[Option<u64>],
) -> Result<(), Error> {
    let declared = module.memories().iter().filter(|memory| memory.imported);
    let given = imports.iter().zip(locked).filter_map(|(import, locked)| match import {
        Extern::Memory(memory) => {
            let entry = store.data().memories.get(memory.entry)?;
            let size = locked.unwrap_or_else(|| memory.inner.size(store));
            Some((entry.ty, size, locked.is_some()))
        }
        _ => None,
    });
    for (position, (declared, (given, size, is_locked))) in declared.zip(given).enumerate() {
        if is_locked && !declared.locked {
            return Err(Error::WrongEngine);
        }
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
fn define_memories(
    store: &mut Store<'_>,
    module: &Module,
) -> Result<Vec<(wasmi::Memory, usize)>, Error> {
    let defined = module.memories().iter().filter(|memory| !memory.imported);
    admission::check_memories(store.data(), defined.clone().count())?;
    let placements = defined
        .map(|memory| Placement::reserve(store.data(), memory.ty, None))
        .collect::<Result<Vec<_>, _>>()?;
    placements.into_iter().map(|placement| placement.place(store)).collect()
}

/// Copies one active segment from the module's bytes to its memory.
fn write_segment(
    store: &mut Store<'_>,
    module: &Module,
    instance: &wasmi::Instance,
    memories: &[Place],
    active: &Active,
    bytes: Range<usize>,
) -> Result<(), Error> {
    let offset = match active.offset {
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
    let bytes = module.bytes().get(bytes).unwrap_or_default();
    let memory = memories.get(active.memory as usize);
    let memory = memory.ok_or(Error::Config("the memory of a data segment is missing"))?;
    let offset = usize::try_from(offset).map_err(|_| Trap::MemoryOutOfBounds)?;
    if let Some(memory) = store.data().foreign(memory.entry) {
        return memory.write(offset, bytes).map_err(|error| match error {
            Error::Access(_) => Trap::MemoryOutOfBounds.into(),
            error => error,
        });
    }
    memory.memory.write(&mut *store, offset, bytes).map_err(|_| Trap::MemoryOutOfBounds.into())
}

/// Fills in the numbers that the interpreter does not tell.
fn limits(error: Error, world: &World) -> Error {
    match error {
        Error::LimitExceeded(exceeded) if exceeded.limit == Limit::TableElements => {
            let maximum = admission::most_elements(&world.session.limits);
            Error::limit(exceeded.limit, maximum as u64, 0)
        }
        error => error,
    }
}
