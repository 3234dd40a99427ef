//! Adding up what instantiating a module takes.

use super::{
    bytes::Bytes,
    growth::{arena, capacity, tree},
    outline::{Count, Outline},
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
    sum.add(Bytes::block(STORE));
    sum.add(arena(0, memories, 48));
    let host = outline.imported.functions.saturating_add(helpers);
    let parts = [
        Bytes::blocks(host, HOST_FUNCTION),
        Bytes::blocks(defined, DEFINED_MEMORY),
        Bytes::blocks(memories - defined.min(memories), IMPORTED_MEMORY),
        Bytes::blocks(outline.imported.tables, IMPORTED_TABLE),
        Bytes::blocks(tables, TABLE),
        outline.imported_values,
        arena(0, functions.saturating_add(helpers), 24),
        arena(0, tables, 48),
        arena(0, globals, 16),
        arena(0, segments, 12),
        arena(0, data, 8),
        Bytes::array(capacity(1, 4), 4),
        Bytes::block(48),
        outline.tables,
        outline.items,
        tree(outline.exports, 228),
        outline.export_names,
    ];
    for part in parts {
        sum.add(part);
    }
    // Lists of what the instance has, which become one.
    let mut building = Bytes::block(32);
    let mut handles = 0usize;
    for count in [functions, tables, memories, globals] {
        building = building.and(Bytes::array(count, INDEX));
        handles = handles.saturating_add(count);
    }
    for count in [segments, data] {
        building = building.and(Bytes::array(capacity(count, INDEX), INDEX));
        handles = handles.saturating_add(count);
    }
    let addresses = Bytes::array(handles, ADDRESS);
    building = building.and(addresses);
    sum.add(building);
    // The elements of imported tables are copied, to be put back if the instance fails.
    let kept = addresses.and(Bytes::block(48));
    sum.moment(kept.and(copies(outline.imported_tables)));
    sum.add(kept);
    sum.free(building);
    sum
}

/// The copies of the elements of imported tables, which have 8 times their size.
fn copies(elements: Bytes) -> Bytes {
    let Bytes { asked, placed, largest } = elements;
    let times = |bytes: usize| bytes.saturating_mul(8);
    Bytes { asked: times(asked), placed: times(placed), largest: times(largest) }
}
