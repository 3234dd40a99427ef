//! Items of sections that hold constant expressions, read operator by operator.

use super::{error::PrepareError, reader::Reader};
use core::ops::Range;
use wasmparser::{ExternalKind, GlobalType, RefType, TableType};

/// A global that a module defines.
pub(super) struct Global {
    pub(super) ty: GlobalType,
    /// Its first value.
    pub(super) init: Range<usize>,
}

/// A table that a module defines.
pub(super) struct Table {
    pub(super) ty: TableType,
    /// Its first elements, unless they are null.
    pub(super) init: Option<Range<usize>>,
}

/// A part of an element segment.
pub(super) enum Part {
    /// Where the elements of an active one go.
    Place { table: u32, offset: Range<usize> },
    /// An element that is a function of that index.
    Function(u32),
    /// An element that is the value of an expression.
    Expression(Range<usize>),
}

/// Reads a global.
pub(super) fn global(reader: &mut Reader<'_>) -> Result<Global, PrepareError> {
    let ty = reader.item()?;
    Ok(Global { ty, init: reader.constant()? })
}

/// Reads a table.
pub(super) fn table(reader: &mut Reader<'_>) -> Result<Table, PrepareError> {
    const INITIALIZED: u8 = 0x40;
    let initialized = reader.clone().byte()? == INITIALIZED;
    if initialized {
        reader.byte()?;
        let at = reader.position();
        if reader.byte()? != 0 {
            return Err(PrepareError::invalid(at, "invalid table encoding"));
        }
    }
    let ty = reader.item()?;
    let init = if initialized { Some(reader.constant()?) } else { None };
    Ok(Table { ty, init })
}

/// Reads an element segment part by part.
pub(super) fn element(
    reader: &mut Reader<'_>,
    mut each: impl FnMut(Part) -> Result<(), PrepareError>,
) -> Result<(), PrepareError> {
    const NOT_ACTIVE: u32 = 1;
    const EXPLICIT: u32 = 2;
    const EXPRESSIONS: u32 = 4;
    let at = reader.position();
    let flags = reader.var_u32()?;
    if flags > NOT_ACTIVE | EXPLICIT | EXPRESSIONS {
        return Err(PrepareError::invalid(at, "invalid flags byte in element segment"));
    }
    let expressions = flags & EXPRESSIONS != 0;
    if flags & NOT_ACTIVE == 0 {
        let table = if flags & EXPLICIT != 0 { reader.var_u32()? } else { 0 };
        each(Part::Place { table, offset: reader.constant()? })?;
    }
    if flags & (NOT_ACTIVE | EXPLICIT) != 0 {
        let at = reader.position();
        if expressions {
            reader.item::<RefType>()?;
        } else if reader.item::<ExternalKind>()? != ExternalKind::Func {
            let message = "only the function external type is supported in elem segment";
            return Err(PrepareError::invalid(at, message));
        }
    }
    for _ in 0..reader.var_u32()? {
        each(if expressions {
            Part::Expression(reader.constant()?)
        } else {
            Part::Function(reader.var_u32()?)
        })?;
    }
    Ok(())
}
