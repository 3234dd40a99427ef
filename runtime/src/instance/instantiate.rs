//! Instantiation: link, make the instance, start.

use super::{make::make, parts, shared::views, spawn};
use crate::engine::{Engine, heap::fits};
use crate::error::{Error, import::ImportMismatch};
use crate::module::Module;
use crate::schedule::run::{run, run_async};
use crate::store::context::StoreContextMut;
use crate::types::ExternType;
use crate::values::externs::Extern;
#[cfg(feature = "backtrace")]
use crate::world::shadow;
use crate::world::{InstanceEntry, StoreMut, entries::push, stacks};
use alloc::vec::Vec;
use vellum_memory::MemoryType;
use vellum_prepare::MemoryDecl;
use wasmi::AsContext as _;

/// Instantiates `module` and runs its start function. What fails before its memories are made leaves
/// nothing behind; what fails later leaves them to the store, and visible what the specification says
/// stays so (segments written before the one out of bounds).
pub(super) fn instantiate<T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    module: &Module,
    imports: &[Extern],
) -> Result<usize, Error> {
    let imports = &*views(context, imports)?;
    let sizes = locked_sizes(context, imports)?;
    let begun = context.change(|store| begin(store, module, imports, &sizes))??;
    let starting = Starting::new(context, &begun);
    if let Some(start) = begun.start {
        run(starting.context, start, &[], &mut [])?;
    }
    Ok(starting.has_returned(begun))
}

/// As [`instantiate`], giving way to others while the start function runs.
pub(super) async fn instantiate_async<T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    module: &Module,
    imports: &[Extern],
) -> Result<usize, Error> {
    let imports = &*views(context, imports)?;
    let sizes = locked_sizes(context, imports)?;
    let begun = context.change(|store| begin(store, module, imports, &sizes))??;
    let starting = Starting::new(context, &begun);
    if let Some(start) = begun.start {
        run_async(starting.context, start, &[], &mut []).await?;
    }
    Ok(starting.has_returned(begun))
}

/// An instance whose start function is still to be run, if it has one.
struct Begun {
    /// The entry of the instance.
    entry: usize,
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
            session.starting = Some(begun.entry);
        }
        Self { context, outer }
    }

    fn has_returned(self, begun: Begun) -> usize {
        if begun.is_program {
            self.context.session_mut().program.get_or_insert(begun.entry);
        }
        begun.entry
    }
}

impl<T: Send + 'static> Drop for Starting<'_, '_, T> {
    fn drop(&mut self) {
        self.context.session_mut().starting = self.outer;
    }
}

fn begin(
    store: &mut StoreMut<'_>,
    module: &Module,
    imports: &[Extern],
    sizes: &[Option<u64>],
) -> Result<Begun, Error> {
    let id = store.data().session.id;
    if !Engine::same(module.engine(), &store.data().engine) {
        return Err(Error::WrongEngine);
    }
    let own = |import: &Extern| import.to_wasmi(id).ok_or(Error::WrongStore);
    let mut given: Vec<wasmi::Extern> = imports.iter().map(own).collect::<Result<_, _>>()?;
    // Before any pages are leased.
    let expected = module.import_count();
    if imports.len() != expected {
        return Err(Error::ImportCount { expected, found: imports.len() });
    }
    check_memories(store, module, imports, sizes)?;
    store.data().check_tables(module.tables())?;
    stacks::fill(module.engine())?;
    fits(module.engine().config(), module.instance_heap())?;
    let has_threads = module.engine().config().has_threads();
    let kept = if has_threads { given.clone() } else { Vec::new() };
    given.extend(parts::loader(store, module)?.map(wasmi::Extern::Func));
    let (inner, start) = make(store, module, given)?;
    let is_program = has_threads && spawn::has_entry(store.as_context(), &inner);
    let world = store.data_mut();
    let module = module.clone();
    let entry = InstanceEntry { owner: id, inner, module, imports: kept };
    push(&mut world.instances, entry);
    let entry = world.instances.len() - 1;
    #[cfg(feature = "backtrace")]
    note(store, entry);
    Ok(Begun { entry, start, is_program })
}

/// Takes notice of the instance of an entry, if its module is instrumented.
#[cfg(feature = "backtrace")]
fn note(store: &mut StoreMut<'_>, entry: usize) {
    let Some(InstanceEntry { inner, module, .. }) = store.data().instances.get(entry) else {
        return;
    };
    let (inner, module) = (*inner, module.clone());
    shadow::note(store, &module, &inner, Some(entry));
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
    store: &StoreMut<'_>,
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
        if let Some(mismatch) = mismatch(declared, given, size, is_locked) {
            let is_memory = |ty: &ExternType| matches!(ty, ExternType::Memory(_));
            let import = module.imports().filter(|import| is_memory(import.ty())).nth(position);
            let (module, name) = import.map_or(("", ""), |import| (import.module(), import.name()));
            let (module, name) = (module.into(), name.into());
            return Err(Error::IncompatibleImport { module, name, mismatch });
        }
    }
    Ok(())
}

/// Why a memory does not fit an import, unless it does.
fn mismatch(
    declared: &MemoryDecl,
    given: MemoryType,
    size: u64,
    is_locked: bool,
) -> Option<ImportMismatch> {
    if is_locked && !declared.locked {
        return Some(ImportMismatch::OtherEngine);
    }
    match (declared.ty.is_shared(), given.is_shared()) {
        (true, false) => return Some(ImportMismatch::SharedExpected),
        (false, true) => return Some(ImportMismatch::PrivateExpected),
        _ => {}
    }
    let fits = present(given, size).is_some_and(|given| given.is_subtype_of(&declared.ty));
    (!fits).then_some(ImportMismatch::Type)
}

/// The type of a memory of type `ty` that has `size` pages by now.
fn present(ty: MemoryType, size: u64) -> Option<MemoryType> {
    let builder = MemoryType::builder().min(size).max(ty.maximum()).shared(ty.is_shared());
    builder.memory64(ty.is_64()).page_size_log2(ty.page_size_log2()).build().ok()
}
