//! Adding up what instantiating a module takes.

use super::{
    growth::{blocks, capacity, tree},
    module::{Count, Outline},
    sum::Sum,
};

/// Bytes of a store, without what is in it.
const STORE: usize = 320;
/// Bytes of a function of the host, as the runtime makes them.
const HOST_FUNCTION: usize = 80;
/// Bytes of what the runtime keeps of a memory that a module defines, and of one that is imported.
const DEFINED_MEMORY: usize = 228;
const IMPORTED_MEMORY: usize = 132;
/// Bytes that each table takes beside its elements.
const TABLE: usize = 8;
/// Bytes for each parameter and result of a function of the host.
const VALUE: usize = 24;
/// Bytes of the copy of an element of an imported table.
const ELEMENT_COPY: usize = 32;
/// Bytes of what making a table for an import takes.
const IMPORTED_TABLE: usize = 40;
/// Bytes of an index of a list of an instance, and of an address in one.
const INDEX: usize = 8;
const ADDRESS: usize = 16;

/// What the first instance in a new store takes whose imports the host makes for it, without stacks,
/// if the module itself defines so many memories.
pub(super) fn first(outline: &Outline, data: usize, helpers: usize, defined: usize) -> Sum {
    let Count { functions, tables, memories, globals } = outline.all();
    let segments = outline.segments;
    let mut sum = Sum::default();
    sum.add(STORE);
    sum.items(blocks(memories), 48);
    let host = outline.imported.functions.saturating_add(helpers);
    sum.items(host, HOST_FUNCTION);
    sum.items(defined, DEFINED_MEMORY);
    sum.items(memories - defined.min(memories), IMPORTED_MEMORY);
    sum.items(outline.imported.tables, IMPORTED_TABLE);
    sum.items(tables, TABLE);
    sum.items(outline.imported_values, VALUE);
    let entities = [
        (functions.saturating_add(helpers), 24),
        (tables, 48),
        (globals, 16),
        (segments, 12),
        (data, 8),
    ];
    for (count, size) in entities {
        sum.items(blocks(count), size);
    }
    sum.add(capacity(1, 4) * 4 + 48);
    sum.items(usize::try_from(outline.table_elements).unwrap_or(usize::MAX), 4);
    sum.items(outline.items, 4);
    sum.add(tree(outline.exports, 228));
    sum.add(outline.export_names);
    // Lists of what the instance has, which become one.
    let counts = [functions, tables, memories, globals];
    let mut lists = counts.into_iter().fold(0usize, |sum, count| sum.saturating_add(count * INDEX));
    for count in [segments, data] {
        lists = lists.saturating_add(capacity(count, INDEX).saturating_mul(INDEX));
    }
    let handles = counts.into_iter().chain([segments, data]).fold(0, usize::saturating_add);
    let addresses = handles.saturating_mul(ADDRESS);
    let building = lists.saturating_add(32).saturating_add(addresses);
    sum.add(building);
    // The elements of imported tables are copied, to be put back if the instance fails.
    let copied = usize::try_from(outline.imported_elements).unwrap_or(usize::MAX);
    let copied = copied.saturating_mul(ELEMENT_COPY);
    sum.moment(addresses.saturating_add(48).saturating_add(copied));
    sum.add(addresses.saturating_add(48));
    sum.free(building);
    sum
}
