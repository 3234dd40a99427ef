//! Loading: prepared by the module pass, admitted, and translated by the interpreter.

use super::{
    admission::{self, InstanceHeap},
    checked,
};
use crate::engine::{Engine, config::NO_THREADS, valid::Valid};
use crate::error::{Error, config::ConfigError, convert, limit::Limit};
use alloc::boxed::Box;
use vellum_prepare::{Options, PrepareError, Prepared};

/// A module that the engine admits.
pub(super) struct Admitted<'a> {
    pub(super) module: Valid<'a>,
    pub(super) instance_heap: InstanceHeap,
}

/// What the bound of a load counts for it, on a 32-bit target.
const _: () = assert!(
    size_of::<Admitted<'_>>()
        <= vellum_prepare::Bound::PREPARED * (size_of::<usize>() / size_of::<u32>())
);

/// The module as the interpreter can take it, if the engine admits it.
#[inline(never)]
pub(super) fn prepared<'a>(
    engine: &Engine,
    bytes: &'a [u8],
    locked: &[u32],
) -> Result<Box<Admitted<'a>>, Error> {
    let config = engine.config();
    check_length(engine, bytes)?;
    let options = options(engine).locked(locked.to_vec());
    let prepared = match config.believes() {
        Some(_) => vellum_prepare::believe(bytes, &options),
        None => checked::prepare(bytes, &options)?,
    };
    admitted(engine, bytes, locked, prepared)
}

/// As [`prepared`], of the types and the imports alone.
#[inline(never)]
pub(super) fn imports_only<'a>(
    engine: &Engine,
    bytes: &'a [u8],
) -> Result<Box<Admitted<'a>>, Error> {
    check_length(engine, bytes)?;
    admitted(engine, bytes, &[], vellum_prepare::imports_only(bytes, &options(engine)))
}

/// Refuses bytes that are too many to be read at all.
pub(super) fn check_length(engine: &Engine, bytes: &[u8]) -> Result<(), Error> {
    let maximum = engine.config().module_limits.module_bytes;
    if bytes.len() > maximum {
        return Err(Error::limit(Limit::ModuleBytes, maximum as u64, bytes.len() as u64));
    }
    Ok(())
}

/// What modules are prepared for.
fn options(engine: &Engine) -> Options {
    let config = engine.config();
    let has_threads = config.has_threads();
    // Without threads of its own, the engine has shared memories from another one.
    Options::new()
        .threads(has_threads)
        .lock_shared(!has_threads)
        .interruptible(config.interruption().is_some())
}

/// A module that is prepared, if the engine admits it.
fn admitted<'a>(
    engine: &Engine,
    bytes: &[u8],
    locked: &[u32],
    prepared: Result<Prepared<'a>, PrepareError>,
) -> Result<Box<Admitted<'a>>, Error> {
    let config = engine.config();
    let prepared = prepared.map_err(|error| admission::invalid(error, config))?;
    let has_memory = |index: &&u32| (**index as usize) < prepared.memories.len();
    if let Some(&index) = locked.iter().find(|index| !has_memory(index)) {
        return Err(ConfigError::LockedMemory { index }.into());
    }
    let mut memories = prepared.memories.iter();
    if !config.has_threads() && memories.any(|memory| memory.ty.is_shared() && !memory.imported) {
        return Err(NO_THREADS);
    }
    admission::check_limits(config, bytes.len(), &prepared.sizes)?;
    // What has no code to be translated may be loaded to be looked at.
    if prepared.sizes.functions > 0 {
        admission::check_memories(config, &prepared.memories)?;
    }
    let (module, weight) = match config.believes() {
        Some(believed) => (Valid::believed(prepared, believed), None),
        None => checked::valid(engine, prepared).map(|(module, weight)| (module, Some(weight)))?,
    };
    let instance_heap = admission::check_heap(engine, &module, weight.as_ref())?;
    Ok(Box::new(Admitted { module, instance_heap }))
}

#[inline(never)]
pub(super) fn translated(engine: &Engine, module: &Valid<'_>) -> Result<wasmi::Module, Error> {
    let functions = module.sizes.functions as usize;
    engine.func_entities().asked(functions);
    let types = (module.sizes.types as usize).saturating_add(module.helpers.len());
    engine.declares_types(types);
    // Limits of the interpreter are all that it refuses a valid module for.
    let module =
        module.translated(engine.wasmi()).map_err(|error| convert::error(&error, |_| None))?;
    engine.func_entities().made(functions);
    Ok(module)
}
