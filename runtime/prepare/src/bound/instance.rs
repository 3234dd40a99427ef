//! Adding up what instantiating a module takes.

use super::{
    bytes::Bytes,
    growth::{arena, capacity, tree},
    outline::{Count, Outline},
    sum::Sum,
};

/// Bytes of a closure of the host, and of the function that the runtime makes of it.
const CLOSURE: usize = 32;
pub(super) const HOST_FUNCTION: usize = 24;
/// Bytes of an entry of the interpreter's list of those.
pub(super) const TRAMPOLINE: usize = 8;
/// Bytes of what the runtime keeps of a memory.
const MEMORY_ENTRY: usize = 72;
/// Bytes of what the runtime keeps of an instance.
const ENTRY: usize = 40;
/// Bytes that each table takes beside its elements.
const TABLE: usize = 8;
/// Bytes of the size of an import, and of what is given for one to the interpreter.
pub(super) const SIZE: usize = 16;
pub(super) const GIVEN: usize = 12;
/// Bytes of an index of a list of an instance, and of an address in one.
const INDEX: usize = 8;
const ADDRESS: usize = 16;

/// Bytes of what a store has of a function, a table, a memory, a global, an element segment and a data
/// segment.
pub(super) const FUNCTION: usize = 24;
const TABLE_ENTITY: usize = 48;
const MEMORY: usize = 48;
const GLOBAL: usize = 16;
const SEGMENT: usize = 12;
const DATA: usize = 8;

/// What the instance takes, the first one in a store that has nothing but its imports, without
/// stacks, if the module itself defines so many memories and calls so many helpers.
pub(super) fn instance(outline: &Outline, data: usize, helpers: usize, defined: usize) -> Sum {
    let Count { functions, tables, memories, globals } = outline.all();
    let (imported, own) = (outline.imported, outline.defined);
    let segments = outline.segments;
    let before = imported.memories.saturating_sub(defined);
    let mut sum = Sum::default();
    let given = given(outline, defined);
    sum.add(given);
    let parts = [
        Bytes::block(ENTRY),
        Bytes::blocks(helpers, CLOSURE),
        Bytes::blocks(helpers, HOST_FUNCTION),
        memory_list(before, defined),
        Bytes::blocks(own.tables, TABLE),
        arena(before, defined, MEMORY),
        arena(imported.functions, own.functions.saturating_add(helpers), FUNCTION),
        arena(imported.tables, own.tables, TABLE_ENTITY),
        arena(imported.globals, own.globals, GLOBAL),
        arena(0, segments, SEGMENT),
        arena(0, data, DATA),
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
    if helpers > 0 {
        sum.pushed(imported.functions.saturating_add(helpers), TRAMPOLINE);
    }
    // Lists of what the instance has, which become one.
    let mut building = Bytes::block(32);
    let mut handles = 0usize;
    for count in [functions, tables, memories, globals] {
        building = building.and(Bytes::array(count, INDEX));
        handles = handles.saturating_add(count);
    }
    for count in [segments, data] {
        let room = capacity(count, INDEX);
        building = building.and(Bytes::array(room, INDEX));
        // The block that it had before it grew last may be a hole.
        let hole = Bytes::array(room / 2, INDEX);
        sum.kept.placed = sum.kept.placed.saturating_add(hole.placed);
        handles = handles.saturating_add(count);
    }
    let addresses = Bytes::array(handles, ADDRESS);
    building = building.and(addresses);
    sum.add(building);
    // The elements of imported tables are copied, to be put back if the instance fails.
    let kept = addresses.and(Bytes::block(48));
    sum.moment(kept.and(copies(outline)));
    sum.add(kept);
    sum.free(building.and(given));
    sum
}

/// The runtime's lists of what a module imports, and of the memories that it defines, while an
/// instance is made.
fn given(outline: &Outline, defined: usize) -> Bytes {
    /// Bytes of a memory, and of one that is being made.
    const LOCAL_MEMORY: usize = 12;
    const PLACEMENT: usize = 64;
    let all = outline.imports;
    // Memories that are defined are appended to a list that has no room for them.
    let own = all.saturating_sub(defined);
    let room = if defined > 0 { all.max(own.saturating_mul(2)).max(4) } else { 0 };
    [
        Bytes::array(capacity(own, SIZE), SIZE),
        Bytes::array(capacity(own, GIVEN), GIVEN),
        Bytes::array(room, GIVEN),
        Bytes::array(all, GIVEN),
        Bytes::array(capacity(outline.all().memories, LOCAL_MEMORY), LOCAL_MEMORY),
        Bytes::array(capacity(defined, PLACEMENT), PLACEMENT),
    ]
    .into_iter()
    .fold(Bytes::default(), Bytes::and)
}

/// The runtime's list of a store's memories, which has room for exactly one at first.
fn memory_list(before: usize, count: usize) -> Bytes {
    let bytes = Bytes::blocks(count, 1);
    match before.saturating_add(count) {
        _ if count == 0 => bytes,
        1 => bytes.and(Bytes::block(MEMORY_ENTRY)),
        all => {
            let room = capacity(all, MEMORY_ENTRY);
            bytes.and(Bytes::array(room, MEMORY_ENTRY)).and(Bytes::array(room / 2, MEMORY_ENTRY))
        }
    }
}

/// The copies of the elements of imported tables, and the list of those.
fn copies(outline: &Outline) -> Bytes {
    /// Bytes of a list, and how many times the size of an element its copy has.
    const LIST: usize = 20;
    const TIMES: usize = 3;
    let Bytes { asked, placed, largest } = outline.imported_tables;
    let times = |bytes: usize| bytes.saturating_mul(TIMES);
    let room = capacity(outline.imported.tables, LIST);
    Bytes { asked: times(asked), placed: times(placed), largest: times(largest) }
        .and(Bytes::array(room, LIST))
        .and(Bytes::array(if room > 4 { room / 2 } else { 0 }, LIST))
}
