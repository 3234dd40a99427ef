//! The sections before the code, and the one behind it.

use super::super::{
    memories::{push, reserve},
    opcode::FUNCREF,
};
use super::{
    constant,
    cursor::Cursor,
    fault::Fault,
    function::Function,
    known::{Global, Known, Table},
    limits, types,
};
use alloc::vec::Vec;

/// As many as other engines agree on.
const MOST: u32 = 1_000_000;
const MOST_SEGMENTS: u32 = 100_000;
const MOST_TABLES: usize = 100;
const MOST_MEMORIES: usize = 100;

/// What imports and exports are of.
const FUNCTION: u8 = 0;
const TABLE: u8 = 1;
const MEMORY: u8 = 2;
const GLOBAL: u8 = 3;

pub(super) type Read = fn(&mut Known, &mut Function, &mut Cursor<'_>) -> Result<(), Fault>;

/// Reads the number of items of a section.
fn count(cursor: &mut Cursor<'_>, most: u32) -> Result<u32, Fault> {
    let count = cursor.u32()?;
    if count > most { Err(Fault::Counts) } else { Ok(count) }
}

/// Makes room for so many items, each of which takes a byte at least.
fn room<T>(items: &mut Vec<T>, count: u32, cursor: &Cursor<'_>) -> Result<(), Fault> {
    let count = (count as usize).min(cursor.left());
    reserve(items, count).map_err(|_| Fault::OutOfMemory)
}

fn add<T>(items: &mut Vec<T>, item: T, most: usize) -> Result<(), Fault> {
    if items.len() >= most {
        return Err(Fault::Counts);
    }
    push(items, item).map_err(|_| Fault::OutOfMemory)
}

pub(super) fn signatures(
    known: &mut Known,
    _: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    let count = count(cursor, MOST)?;
    known.types.reserve((count as usize).min(cursor.left()), cursor.left())?;
    (0..count).try_for_each(|_| known.types.read(cursor))
}

pub(super) fn imports(
    known: &mut Known,
    _: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    for _ in 0..count(cursor, MOST)? {
        cursor.name()?;
        cursor.name()?;
        match cursor.byte()? {
            FUNCTION => {
                let ty = cursor.u32()?;
                known.types.check(ty)?;
                add(&mut known.functions, ty, MOST as usize)?;
                known.imported_functions += 1;
            }
            TABLE => table_type(known, cursor)?,
            MEMORY => memory(known, cursor)?,
            GLOBAL => {
                let global = global_type(cursor)?;
                add(&mut known.globals, global, MOST as usize)?;
                known.imported_globals += 1;
            }
            _ => return Err(Fault::ExternalKind),
        }
    }
    Ok(())
}

pub(super) fn functions(
    known: &mut Known,
    _: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    let count = count(cursor, MOST)?;
    room(&mut known.functions, count, cursor)?;
    for _ in 0..count {
        let ty = cursor.u32()?;
        known.types.check(ty)?;
        add(&mut known.functions, ty, MOST as usize)?;
    }
    Ok(())
}

pub(super) fn tables(
    known: &mut Known,
    _: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    const INITIALIZED: u8 = 0x40;
    for _ in 0..count(cursor, MOST)? {
        if cursor.takes(INITIALIZED) {
            return Err(Fault::TableInitializer);
        }
        table_type(known, cursor)?;
    }
    Ok(())
}

fn table_type(known: &mut Known, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    let element = types::reference(cursor)?;
    let is_64 = limits::table(cursor)?;
    add(&mut known.tables, Table { element, is_64 }, MOST_TABLES)
}

pub(super) fn memories(
    known: &mut Known,
    _: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    (0..count(cursor, MOST)?).try_for_each(|_| memory(known, cursor))
}

fn memory(known: &mut Known, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    let is_64 = limits::memory(cursor, known.proposals.threads())?;
    add(&mut known.memories, is_64, MOST_MEMORIES)
}

fn global_type(cursor: &mut Cursor<'_>) -> Result<Global, Fault> {
    let ty = types::value(cursor)?;
    let mutable = cursor.byte()?;
    if mutable > 1 {
        return Err(Fault::Mutability);
    }
    Ok(Global { ty, mutable: mutable == 1 })
}

pub(super) fn globals(
    known: &mut Known,
    function: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    let count = count(cursor, MOST)?;
    room(&mut known.globals, count, cursor)?;
    for _ in 0..count {
        let global = global_type(cursor)?;
        constant::check(known, function, cursor, global.ty)?;
        add(&mut known.globals, global, MOST as usize)?;
    }
    Ok(())
}

pub(super) fn exports(
    known: &mut Known,
    _: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    let mut names = Vec::new();
    let count = count(cursor, MOST)?;
    // Each takes three bytes at least.
    let most = (count as usize).min(cursor.left() / 3);
    reserve(&mut names, most).map_err(|_| Fault::OutOfMemory)?;
    for _ in 0..count {
        push(&mut names, cursor.name()?).map_err(|_| Fault::OutOfMemory)?;
        let kind = cursor.byte()?;
        let index = cursor.u32()?;
        match kind {
            FUNCTION => known.refer(index)?,
            TABLE => drop(known.table(index)?),
            MEMORY => drop(known.memory(index)?),
            GLOBAL => drop(known.global(index)?),
            _ => return Err(Fault::ExternalKind),
        }
    }
    names.sort_unstable();
    let twice = names.windows(2).any(|pair| matches!(pair, [one, other] if one == other));
    if twice { Err(Fault::DuplicateExport) } else { Ok(()) }
}

pub(super) fn start(
    known: &mut Known,
    _: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    let ty = known.function(cursor.u32()?)?;
    match known.types.get(ty)? {
        ([], []) => Ok(()),
        _ => Err(Fault::StartFunction),
    }
}

pub(super) fn elements(
    known: &mut Known,
    function: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    let count = count(cursor, MOST_SEGMENTS)?;
    room(&mut known.elements, count, cursor)?;
    for _ in 0..count {
        let ty = element(known, function, cursor)?;
        add(&mut known.elements, ty, MOST_SEGMENTS as usize)?;
    }
    Ok(())
}

fn element(
    known: &mut Known,
    function: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<u8, Fault> {
    const NOT_ACTIVE: u32 = 1;
    const EXPLICIT: u32 = 2;
    const EXPRESSIONS: u32 = 4;
    const MOST_ITEMS: u32 = 10_000_000;
    let flags = cursor.u32()?;
    if flags > NOT_ACTIVE | EXPLICIT | EXPRESSIONS {
        return Err(Fault::SegmentFlags);
    }
    let mut table = None;
    if flags & NOT_ACTIVE == 0 {
        let index = if flags & EXPLICIT != 0 { cursor.u32()? } else { 0 };
        let of = known.table(index)?;
        constant::check(known, function, cursor, of.address())?;
        table = Some(of.element);
    }
    let expressions = flags & EXPRESSIONS != 0;
    let ty = match flags & (NOT_ACTIVE | EXPLICIT) {
        0 => FUNCREF,
        _ if expressions => types::reference(cursor)?,
        _ if cursor.byte()? == FUNCTION => FUNCREF,
        _ => return Err(Fault::ElementKind),
    };
    if table.is_some_and(|table| table != ty) {
        return Err(Fault::TypeMismatch);
    }
    for _ in 0..count(cursor, MOST_ITEMS)? {
        if expressions {
            constant::check(known, function, cursor, ty)?;
        } else {
            known.refer(cursor.u32()?)?;
        }
    }
    Ok(ty)
}

pub(super) fn data_count(
    known: &mut Known,
    _: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    known.data = Some(count(cursor, MOST_SEGMENTS)?);
    Ok(())
}

pub(super) fn data(
    known: &mut Known,
    function: &mut Function,
    cursor: &mut Cursor<'_>,
) -> Result<(), Fault> {
    const PASSIVE: u32 = 1;
    const EXPLICIT: u32 = 2;
    let count = count(cursor, MOST_SEGMENTS)?;
    if known.data.is_some_and(|said| said != count) {
        return Err(Fault::DataCount);
    }
    for _ in 0..count {
        let flags = cursor.u32()?;
        if flags > EXPLICIT {
            return Err(Fault::SegmentFlags);
        }
        if flags != PASSIVE {
            let memory = if flags == EXPLICIT { cursor.u32()? } else { 0 };
            let address = known.memory(memory)?;
            constant::check(known, function, cursor, address)?;
        }
        cursor.sized()?;
    }
    Ok(())
}
