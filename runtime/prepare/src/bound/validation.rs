//! What validating a module takes, which is given back before anything is translated.

use super::{body::Body, bytes::Bytes, growth::capacity, outline::Outline};

/// Bytes of the type of a function, and of an index of one.
const SIGNATURE: usize = 8;
const INDEX: usize = 4;
/// Bytes of a table, of a memory, of a global and of an element segment.
const TABLE: usize = 2;
const MEMORY: usize = 1;
const GLOBAL: usize = 2;
const SEGMENT: usize = 1;
/// Bytes of an export while names are compared.
const EXPORT: usize = 8;
/// Bytes of an operand, of a block and of a group of local variables.
const OPERAND: usize = 1;
const FRAME: usize = 16;
const GROUP: usize = 8;

/// A vector to which elements are pushed one by one, and the block that it had before.
fn pushed(count: usize, size: usize) -> Bytes {
    let room = capacity(count, size);
    Bytes::array(room, size).and(Bytes::array(room / 2, size))
}

/// A vector to which some elements are pushed, and which has room for all then.
fn reserved(before: usize, all: usize, size: usize) -> Bytes {
    pushed(before, size).and(Bytes::array(all, size))
}

/// What validating the module takes, where this is the most that a function needs.
pub(super) fn validation(outline: &Outline, most: &Body) -> Bytes {
    let (all, imported) = (outline.all(), outline.imported);
    let operands = most.operands.saturating_add(most.dead) as usize;
    [
        Bytes::array(outline.types, SIGNATURE),
        Bytes::block(outline.type_bytes),
        reserved(imported.functions, all.functions, INDEX),
        Bytes::array(all.functions.div_ceil(u32::BITS as usize), INDEX),
        pushed(all.tables, TABLE),
        pushed(all.memories, MEMORY),
        reserved(imported.globals, all.globals, GLOBAL),
        Bytes::array(outline.segments, SEGMENT),
        Bytes::array(outline.exports, EXPORT),
        pushed(operands, OPERAND),
        pushed(most.blocks as usize, FRAME),
        pushed(most.groups as usize, GROUP),
    ]
    .into_iter()
    .fold(Bytes::default(), Bytes::and)
}
