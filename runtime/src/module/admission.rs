//! Checks by size, before the interpreter allocates anything.

use crate::engine::{
    Engine,
    config::{Config, bound, mode::CompilationMode},
    heap::TABLE_ELEMENT,
    reservation::maximum_pages,
};
use crate::error::{Error, limit::Limit};
use alloc::boxed::Box;
use core::cell::OnceCell;
use vellum_prepare::{
    Bound, Heap, InstanceBound, Loading, MemoryDecl, PrepareError, Prepared, Sizes, Weight,
};

/// Bytes of heap that instantiating a module takes at most.
#[derive(Clone, Copy)]
pub(super) struct InstanceHeap {
    /// What a linker makes of the functions that are imported.
    pub(super) imports: usize,
    pub(super) instance: usize,
}

/// Refuses a module that exceeds a limit of the engine.
pub(super) fn check_limits(config: &Config, length: usize, sizes: &Sizes) -> Result<(), Error> {
    let limits = &config.module_limits;
    let checks = [
        (Limit::ModuleBytes, limits.module_bytes as u64, length as u64),
        (Limit::Functions, limits.functions.into(), sizes.functions.into()),
        (Limit::FunctionBytes, limits.function_bytes as u64, sizes.largest_body as u64),
        (Limit::Locals, limits.locals.into(), sizes.most_locals.into()),
        (Limit::Globals, limits.globals.into(), sizes.globals.into()),
        (Limit::Types, limits.types.into(), sizes.types.into()),
        (Limit::Imports, limits.imports.into(), sizes.imports.into()),
        (Limit::Exports, limits.exports.into(), sizes.exports.into()),
        (Limit::ElementItems, limits.element_items.into(), sizes.element_items.into()),
    ];
    for (limit, maximum, found) in checks {
        if found > maximum {
            return Err(Error::limit(limit, maximum, found));
        }
    }
    Ok(())
}

/// Refuses memories that no instance of a module can ever have. What is wrong with a type itself, the
/// interpreter says.
pub(super) fn check_memories(config: &Config, memories: &[MemoryDecl]) -> Result<(), Error> {
    let mut reserved = 0u64;
    for MemoryDecl { ty, .. } in memories.iter().filter(|memory| !memory.imported) {
        if ty.validate().is_ok() {
            let bytes = maximum_pages(config, ty, None)?.saturating_mul(ty.page_size());
            reserved = reserved.saturating_add(bytes);
        }
    }
    config.pages.check(reserved)
}

/// Refuses a module that the heap has no room for, or none for its tables, before anything is allocated
/// that can't fail. One that was validated has been weighed.
/// Returns what instantiating takes at most.
#[inline(never)]
pub(super) fn check_heap(
    engine: &Engine,
    module: &Prepared<'_>,
    weight: Option<&Weight>,
) -> Result<InstanceHeap, Error> {
    let config = engine.config();
    let invalid = |error| invalid(error, config);
    // The signature of the module was found to be right.
    let stated = |loading| if config.has_key() { module.stated_bound(loading) } else { None };
    // In a compartment it ends if it has to, and nothing else with it: a bound, which is up to 1.4 times
    // what is used, would refuse modules that the compartment has room for.
    let bound_for = config.bound.filter(|_| !engine.place().is_compartment());
    let (Some(bound_for), Some(ask)) = (bound_for, config.heap_free) else {
        let bound = match stated(Loading::default()) {
            Some(bound) => bound.instance,
            None => bound::instance_bound(module).map_err(invalid)?,
        };
        return Ok(InstanceHeap::of(bound));
    };
    let loading = Loading {
        fuel: config.fuel || config.has_threads(),
        translates: config.mode == CompilationMode::Eager,
        types: engine.func_types(),
    };
    let entries = engine.func_entities().heap_for(module.sizes.functions as usize);
    let elements = usize::try_from(module.sizes.table_elements).unwrap_or(usize::MAX);
    let tables = elements.saturating_mul(TABLE_ELEMENT);
    let needed_for = |bound: &Bound| needed(bound.load).saturating_add(entries).max(tables);
    let asked = OnceCell::new();
    let free = || *asked.get_or_init(ask);
    // What an instance takes that translates as it starts is to be known as well as can be.
    let weight = weight.filter(|_| loading.translates || !module.start);
    let is_enough = |coarse: &Bound| needed_for(coarse) <= free();
    let bound = match stated(loading) {
        Some(bound) => bound,
        None => bound_for(module, loading, weight, &is_enough).map_err(invalid)?,
    };
    let (needed, free) = (needed_for(&bound), free());
    if needed > free {
        return Err(Error::OutOfHeap { needed, free });
    }
    Ok(InstanceHeap::of(bound.instance))
}

/// What a module is refused with that the heap has no room to validate.
#[cfg(feature = "validate")]
#[cold]
pub(super) fn out_of_heap(engine: &Engine, module: &Prepared<'_>, error: PrepareError) -> Error {
    match check_heap(engine, module, None) {
        Ok(_) => invalid(error, engine.config()),
        Err(error) => error,
    }
}

impl InstanceHeap {
    fn of(bound: InstanceBound) -> Self {
        Self { imports: needed(bound.imports), instance: needed(bound.instance) }
    }
}

/// Bytes of one free run of the heap that is long enough. The bound is that of 32-bit targets without
/// 64-bit memories and vectors; with wider words, and with each of these, no value has more than twice
/// as many bytes.
fn needed(heap: Heap) -> usize {
    const WORD: usize = size_of::<usize>().div_ceil(size_of::<u32>());
    const WIDE: usize = if cfg!(any(feature = "memory64", feature = "simd")) { 2 } else { 1 };
    // An allocator may pass over a block that is larger than is asked for by less than a sixteenth.
    let margin = heap.largest / 16;
    heap.placed.saturating_add(margin).saturating_mul(WORD * WIDE)
}

/// What is wrong with a module that can't be prepared.
pub(super) fn invalid(error: PrepareError, config: &Config) -> Error {
    match error {
        PrepareError::Invalid { offset, message } => {
            Error::InvalidModule { offset: Some(offset), message: Box::from(&*message) }
        }
        PrepareError::OutOfMemory { needed } => {
            Error::OutOfHeap { needed, free: config.heap_free.map_or(0, |free| free()) }
        }
    }
}
