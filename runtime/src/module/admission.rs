//! Checks by size, before the interpreter allocates anything.

use crate::engine::{
    Engine,
    config::Config,
    heap::{TABLE_ELEMENT, fits},
};
use crate::error::{Error, limit::Limit};
use vellum_prepare::{Prepared, Sizes};

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

/// Refuses a module whose code would exhaust the heap.
pub(super) fn check_heap(engine: &Engine, module: &Prepared<'_>) -> Result<(), Error> {
    if engine.place().is_compartment() {
        // It ends there if it has to, and nothing else with it.
        return Ok(());
    }
    let entries = engine.func_entities().heap_for(module.sizes.functions as usize);
    fits(engine.config(), heap_needed(module).saturating_add(entries))
}

/// Upper estimate of the heap that an instance takes, tables apart.
pub(super) fn instance_heap(sizes: &Sizes) -> usize {
    let items = |count: u32, bytes: usize| (count as usize).saturating_mul(bytes);
    [
        items(sizes.functions, 64),
        items(sizes.exports, 128),
        items(sizes.globals, 64),
        items(sizes.element_items, 16),
        items(sizes.imports, 32),
    ]
    .iter()
    .fold(1024, |sum, bytes| sum.saturating_add(*bytes))
}

/// Upper estimate of the heap that loading a module takes, beyond the prepared copy and the entries of
/// its functions.
fn heap_needed(module: &Prepared<'_>) -> usize {
    let sizes = &module.sizes;
    let items = |count: u32, bytes: usize| (count as usize).saturating_mul(bytes);
    [
        // Translated code, and the buffers of the largest function while it is translated.
        sizes.code.saturating_mul(4),
        sizes.largest_body.saturating_mul(8),
        items(sizes.functions, 32),
        items(sizes.types, 64),
        items(sizes.imports, 96),
        items(sizes.exports, 64),
        items(sizes.globals, 32),
        items(sizes.data_segments, 32),
        items(sizes.element_items, 16),
        usize::try_from(sizes.table_elements).unwrap_or(usize::MAX).saturating_mul(TABLE_ELEMENT),
        items(sizes.most_locals, 16),
        // The stacks of blocks while a function is translated: each doubles and is copied.
        items(sizes.nesting, 320),
    ]
    .iter()
    .fold(2048, |sum, bytes| sum.saturating_add(*bytes))
}
