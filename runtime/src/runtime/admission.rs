//! Checks by size, before the interpreter allocates anything.

use super::world::{Session, World};
use super::{Config, Engine, Error, Limit, StoreLimits, warm};
use crate::prepare::{Prepared, Sizes};

/// Heap bytes of one element of a table.
const ELEMENT: usize = size_of::<u32>();
/// Elements that a table may have, whatever a store allows: as many as on the web.
const MOST_ELEMENTS: usize = 10_000_000;
/// Bytes that the stacks of an engine may take together.
const MOST_STACK_BYTES: usize = 1 << 28;

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
    let entries = engine.entries().heap_for(module.sizes.functions as usize);
    fits(engine.config(), heap_needed(module).saturating_add(entries))
}

/// Refuses stacks that no heap is to have room for.
pub(super) fn check_stack_sizes(config: &Config) -> Result<(), Error> {
    let needed = warm::heap_needed(config);
    if needed > MOST_STACK_BYTES {
        return Err(Error::limit(Limit::StackBytes, MOST_STACK_BYTES as u64, needed as u64));
    }
    Ok(())
}

/// Refuses stacks that would exhaust the heap.
pub(super) fn check_stacks(config: &Config) -> Result<(), Error> {
    fits(config, warm::heap_needed(config))
}

/// Elements that a table of a store may have.
pub(super) fn most_elements(limits: &StoreLimits) -> usize {
    limits.table_elements.min(MOST_ELEMENTS)
}

/// Refuses a table of `elements` that the store or the heap has no room for.
pub(super) fn check_table(world: &World, elements: u64) -> Result<(), Error> {
    let maximum = most_elements(&world.session.limits);
    if elements > maximum as u64 {
        return Err(Error::limit(Limit::TableElements, maximum as u64, elements));
    }
    table_fits(world.engine.config(), usize::try_from(elements).unwrap_or(usize::MAX))
}

/// Refuses `additional` memories that the store may not hold.
pub(super) fn check_memories(world: &World, additional: usize) -> Result<(), Error> {
    let Session { id, limits, .. } = &*world.session;
    check_count(Limit::Memories, limits.memories, world.memories_of(*id).count(), additional)
}

/// Refuses `additional` tables that the store may not hold.
pub(super) fn check_tables(world: &World, additional: usize) -> Result<(), Error> {
    let Session { limits, tables, .. } = &*world.session;
    check_count(Limit::Tables, limits.tables, *tables, additional)
}

/// Refuses `additional` things of which there are `held`, past `maximum`.
pub(super) fn check_count(
    limit: Limit,
    maximum: usize,
    held: usize,
    additional: usize,
) -> Result<(), Error> {
    let found = held.saturating_add(additional);
    if found > maximum {
        return Err(Error::limit(limit, maximum as u64, found as u64));
    }
    Ok(())
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

/// Whether the heap has room for a table of `elements`, in one piece.
pub(super) fn table_fits(config: &Config, elements: usize) -> Result<(), Error> {
    fits(config, elements.saturating_mul(ELEMENT))
}

pub(super) fn fits(config: &Config, needed: usize) -> Result<(), Error> {
    match config.heap_free {
        Some(free) => {
            let free = free();
            if needed > free { Err(Error::OutOfHeap { needed, free }) } else { Ok(()) }
        }
        None => Ok(()),
    }
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
        usize::try_from(sizes.table_elements).unwrap_or(usize::MAX).saturating_mul(ELEMENT),
        items(sizes.most_locals, 16),
        // The stacks of blocks while a function is translated: each doubles and is copied.
        items(sizes.nesting, 320),
    ]
    .iter()
    .fold(2048, |sum, bytes| sum.saturating_add(*bytes))
}
