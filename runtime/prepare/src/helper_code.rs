//! Helpers as they are stored in a module prepared ahead of time.
//!
//! One byte: the kind in the upper six bits, what there are two of in the lower two. Behind that of
//! `table.grow` comes the index of the table.

use super::{
    error::PrepareError,
    helper::{Helper, ReferenceType},
    output::Output,
    reader::Reader,
};

/// The kind of a helper and its two flags.
fn code(helper: Helper) -> u8 {
    let (kind, one, other) = match helper {
        Helper::Wait32 { wide } => (0, wide, false),
        Helper::Wait64 { wide } => (1, wide, false),
        Helper::Notify { wide } => (2, wide, false),
        Helper::Unaligned => (3, false, false),
        Helper::TableGrow { wide, ty, .. } => (4, wide, ty == ReferenceType::ExternRef),
        Helper::MemoryInit { wide } => (5, wide, false),
        Helper::DataDrop => (6, false, false),
        Helper::Load { wide } => (7, wide, false),
        Helper::Store { wide } => (8, wide, false),
        Helper::Rmw { wide } => (9, wide, false),
        Helper::CompareExchange { wide } => (10, wide, false),
        Helper::Size { wide } => (11, wide, false),
        Helper::Grow { wide } => (12, wide, false),
        Helper::Fill { wide } => (13, wide, false),
        Helper::Copy { to_wide, from_wide } => (14, to_wide, from_wide),
    };
    kind << 2 | u8::from(other) << 1 | u8::from(one)
}

/// The helper of that code; `table` gives the index of a table that grows.
fn helper(
    code: u8,
    table: impl FnOnce() -> Result<u32, PrepareError>,
) -> Result<Option<Helper>, PrepareError> {
    let (wide, other) = (code & 1 != 0, code & 2 != 0);
    let ty = if other { ReferenceType::ExternRef } else { ReferenceType::FuncRef };
    Ok(Some(match code >> 2 {
        0 => Helper::Wait32 { wide },
        1 => Helper::Wait64 { wide },
        2 => Helper::Notify { wide },
        3 => Helper::Unaligned,
        4 => Helper::TableGrow { table: table()?, wide, ty },
        5 => Helper::MemoryInit { wide },
        6 => Helper::DataDrop,
        7 => Helper::Load { wide },
        8 => Helper::Store { wide },
        9 => Helper::Rmw { wide },
        10 => Helper::CompareExchange { wide },
        11 => Helper::Size { wide },
        12 => Helper::Grow { wide },
        13 => Helper::Fill { wide },
        14 => Helper::Copy { to_wide: wide, from_wide: other },
        _ => return Ok(None),
    }))
}

/// Emits a helper.
pub(super) fn write(helper: Helper, out: &mut Output<'_>, origin: usize) {
    out.put(&[code(helper)], origin);
    if let Helper::TableGrow { table, .. } = helper {
        out.leb(table, origin);
    }
}

/// Reads a helper.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Helper, PrepareError> {
    let at = reader.position();
    let byte = reader.byte()?;
    match helper(byte, || reader.var_u32())? {
        // What has no second flag must not have it set.
        Some(helper) if code(helper) == byte => Ok(helper),
        _ => Err(PrepareError::invalid(at, "malformed helper in prepared module")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{host_table, tables};

    #[test]
    fn helpers_are_read_as_they_were_written() {
        let mut found = 0;
        for byte in 0..=u8::MAX {
            let module = [byte, 0x85, 1];
            let mut reader = Reader::new(&module, 0..module.len());
            let Ok(helper) = read(&mut reader) else { continue };
            found += 1;
            let mut out = Output::bytes(&[], 3).expect("there is room");
            write(helper, &mut out, 0);
            assert_eq!(out.into_bytes(), module[..reader.position()], "{helper:?}");
        }
        // Ten are for one memory, two are for none; two flags have `table.grow` and `memory.copy`.
        assert_eq!(found, 11 * 2 + 2 + 2 * 4);
        let growing = 4;
        assert_eq!(host_table::MAX_HELPERS, found - growing + tables::MAX_TABLES);
    }
}
