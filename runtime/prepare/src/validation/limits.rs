//! How large tables and memories may be.

use super::{cursor::Cursor, fault::Fault};

const HAS_MAXIMUM: u8 = 1;
const SHARED: u8 = 2;
const IS_64: u8 = 4;
const HAS_PAGE_SIZE: u8 = 8;

/// Reads the limits of a table and returns whether its indices have 64 bits.
pub(super) fn table(cursor: &mut Cursor<'_>) -> Result<bool, Fault> {
    let flags = flags(cursor, HAS_MAXIMUM | IS_64)?;
    range(cursor, flags)?;
    Ok(flags & IS_64 != 0)
}

/// Reads the type of a memory, which may be shared if there are threads, and returns whether its addresses have
/// 64 bits.
pub(super) fn memory(cursor: &mut Cursor<'_>, threads: bool) -> Result<bool, Fault> {
    const LARGEST_PAGE: u32 = 16;
    let flags = flags(cursor, HAS_MAXIMUM | SHARED | IS_64 | HAS_PAGE_SIZE)?;
    if flags & SHARED != 0 {
        match flags & HAS_MAXIMUM {
            _ if !threads => return Err(Fault::Shared),
            0 => return Err(Fault::SharedWithoutMaximum),
            _ => {}
        }
    }
    let most = range(cursor, flags)?;
    let page = if flags & HAS_PAGE_SIZE == 0 { LARGEST_PAGE } else { cursor.u32()? };
    if page != 0 && page != LARGEST_PAGE {
        return Err(Fault::PageSize);
    }
    let is_64 = flags & IS_64 != 0;
    let fits = if !is_64 {
        most <= 1 << (32 - page)
    } else {
        // Without a page size there are as many bytes as there are addresses, but one.
        page == 0 || most <= 1 << (64 - page)
    };
    if fits { Ok(is_64) } else { Err(Fault::MemoryTooLarge) }
}

fn flags(cursor: &mut Cursor<'_>, known: u8) -> Result<u8, Fault> {
    let flags = cursor.byte()?;
    if flags & !known != 0 {
        return Err(Fault::LimitsFlags);
    }
    if flags & IS_64 != 0 && !cfg!(feature = "memory64") {
        return Err(Fault::Memory64);
    }
    Ok(flags)
}

/// Reads the minimum and the maximum, if there is one, and returns the larger one.
fn range(cursor: &mut Cursor<'_>, flags: u8) -> Result<u64, Fault> {
    let minimum = bound(cursor, flags)?;
    if flags & HAS_MAXIMUM == 0 {
        return Ok(minimum);
    }
    let maximum = bound(cursor, flags)?;
    if minimum > maximum { Err(Fault::MinimumAboveMaximum) } else { Ok(maximum) }
}

fn bound(cursor: &mut Cursor<'_>, flags: u8) -> Result<u64, Fault> {
    if cfg!(feature = "memory64") && flags & IS_64 != 0 {
        cursor.u64()
    } else {
        cursor.u32().map(u64::from)
    }
}
