//! Whether a job has what a module imports, found before the module is translated.

use vellum::{Error, ExternType, Module};

use super::{Call, Failure, Resources, engine, imports, store, unlinked};
use crate::Platform;

/// Links the module's imports alone, on an engine of their own that nothing is left of. What is wrong with the
/// module itself is left to loading it, and memories and tables, which are made for it, to linking it.
#[inline(never)]
pub(super) fn check<P: Platform>(
    platform: &P,
    resources: &Resources,
    module: &[u8],
    call: &Call<'_>,
) -> Result<(), Failure> {
    let engine = engine(resources, module, call)?;
    let Ok(only) = Module::imports_only(&engine, module) else { return Ok(()) };
    let linker = imports::linker(&engine, &only)?;
    let is_made = |ty: &ExternType| matches!(ty, ExternType::Memory(_) | ExternType::Table(_));
    let unknown = only
        .imports()
        .find(|import| !is_made(import.ty()) && !linker.contains(import.module(), import.name()));
    let unknown = unknown.map(|import| Error::UnknownImport {
        module: import.module().into(),
        name: import.name().into(),
    });
    let mut store = store(platform, &engine, call)?;
    let result = match unknown {
        Some(error) => Err(error),
        None if only.imports().any(|import| is_made(import.ty())) => Ok(()),
        None => linker.instantiate(&mut *store, &only).map(drop),
    };
    result.map_err(|error| unlinked::failure(&linker, &mut store, &only, error))
}
