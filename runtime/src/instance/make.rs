//! Making an instance: reserve pages, fill them from the module's bytes.

use super::table_snapshot::TableSnapshot;
use crate::builtins;
use crate::engine::heap::fits;
use crate::error::{Error, trap::Trap};
use crate::module::Module;
use crate::world::{
    LocalMemory, StoreMut, inside::inside, placement::Placement, session::ThreadInstance,
};
#[cfg(feature = "backtrace")]
use crate::world::{shadow, whose::Whose};
use alloc::vec::Vec;
use core::ops::Range;
use vellum_memory::MemoryAccess as _;
use vellum_prepare::{Active, Offset};
use wasmi::AsContext as _;

/// Makes another instance of the module of an entry, with the same imports, for a thread, and gives its
/// start function.
pub(crate) fn again(
    store: &mut StoreMut<'_>,
    of: usize,
) -> Result<(ThreadInstance, Option<wasmi::Func>), Error> {
    let entry = store.data().instances.get(of).ok_or(Error::WrongStore)?;
    let (module, imports) = (entry.module.clone(), entry.imports.clone());
    store.data().check_tables(module.tables())?;
    fits(module.engine().config(), module.instance_heap())?;
    let (inner, start) = make(store, &module, imports)?;
    #[cfg(feature = "backtrace")]
    let whose = Whose::Thread(shadow::note(store, &module, &inner, None));
    let instance = ThreadInstance {
        of,
        inner,
        #[cfg(feature = "backtrace")]
        whose,
    };
    Ok((instance, start))
}

/// Makes an instance, fills its memories, and gives its start function.
pub(super) fn make(
    store: &mut StoreMut<'_>,
    module: &Module,
    imports: Vec<wasmi::Extern>,
) -> Result<(wasmi::Instance, Option<wasmi::Func>), Error> {
    store.data_mut().session.count_instance()?;
    make_of(store, module, imports)
}

/// Makes an instance of a module, or of a part of one.
pub(super) fn make_of(
    store: &mut StoreMut<'_>,
    module: &Module,
    mut imports: Vec<wasmi::Extern>,
) -> Result<(wasmi::Instance, Option<wasmi::Func>), Error> {
    store.data_mut().session.tables += module.tables();
    let place = |memory: wasmi::Memory| {
        let entry = store.data().memory_at(memory.data_ptr(&*store) as usize);
        Some(LocalMemory { memory, entry: entry? })
    };
    let imported = imports.iter().copied().filter_map(wasmi::Extern::into_memory);
    let mut memories: Vec<LocalMemory> = imported.filter_map(place).collect();
    for defined in define_memories(store, module)? {
        imports.push(defined.memory.into());
        memories.push(defined);
    }
    let imports = module.import_order().sort(&imports);
    let imports = imports.ok_or(Error::Internal("the imports of a module are missing"))?;
    let elements = TableSnapshot::of(store, &imports)?;
    let made = inside(store, |store| wasmi::Instance::new(store, module.wasmi(), &imports))?;
    let inner = match made {
        Ok(inner) => inner,
        Err(error) => {
            elements.restore(store);
            return Err(store.data_mut().failure(&error));
        }
    };
    builtins::install(store, module, &inner, &memories)?;
    for segment in module.data() {
        if let Some(active) = &segment.active {
            write_segment(store, module, &inner, &memories, active, segment.bytes.clone())?;
        }
    }
    let start = module.has_start().then(|| {
        let start = inner.get_func(store.as_context(), &module.names().start());
        start.ok_or(Error::Internal("the start function is missing"))
    });
    Ok((inner, start.transpose()?))
}

/// Makes the memories that the module defines: all pages are reserved before any is used.
fn define_memories(store: &mut StoreMut<'_>, module: &Module) -> Result<Vec<LocalMemory>, Error> {
    let defined = module.memories().iter().filter(|memory| !memory.imported);
    store.data().check_memories(defined.clone().count())?;
    let placements = defined
        .map(|memory| Placement::reserve(store.data(), memory.ty, None))
        .collect::<Result<Vec<_>, _>>()?;
    placements.into_iter().map(|placement| placement.place(store)).collect()
}

/// Copies one active segment from the module's bytes to its memory.
fn write_segment(
    store: &mut StoreMut<'_>,
    module: &Module,
    instance: &wasmi::Instance,
    memories: &[LocalMemory],
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
                _ => return Err(Error::Internal("the offset of a data segment is missing")),
            }
        }
    };
    let bytes = module.bytes().get(bytes).ok_or(Error::ModuleBytes)?;
    let memory = memories.get(active.memory as usize);
    let memory = memory.ok_or(Error::Internal("the memory of a data segment is missing"))?;
    let offset = usize::try_from(offset).map_err(|_| Trap::MemoryOutOfBounds)?;
    if let Some(memory) = store.data().remote_memory(memory.entry) {
        let written = memory.with(|memory| memory.write(offset, bytes))?;
        return written.map_err(|_| Trap::MemoryOutOfBounds.into());
    }
    memory.memory.write(&mut *store, offset, bytes).map_err(|_| Trap::MemoryOutOfBounds.into())
}
