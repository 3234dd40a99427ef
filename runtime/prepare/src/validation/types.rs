//! Reading types of values.

use super::super::opcode::{F32, F64, I32, I64, V128};
use super::{cursor::Cursor, fault::Fault, value::is_reference};

/// How a reference begins whose type is written out.
const NULLABLE: u8 = 0x63;

/// Reads the type of a value.
#[inline(never)]
pub(super) fn value(cursor: &mut Cursor<'_>) -> Result<u8, Fault> {
    match cursor.byte()? {
        ty @ (I32 | I64 | F32 | F64) => Ok(ty),
        V128 if cfg!(feature = "simd") => Ok(V128),
        V128 => Err(Fault::Simd),
        NULLABLE => heap(cursor),
        ty if is_reference(ty) => Ok(ty),
        0x64 | 0x65 | 0x68..=0x75 => Err(Fault::GcType),
        _ => Err(Fault::ValueType),
    }
}

/// Reads the type of a reference.
pub(super) fn reference(cursor: &mut Cursor<'_>) -> Result<u8, Fault> {
    match value(cursor)? {
        ty if is_reference(ty) => Ok(ty),
        0x64 | 0x65 | 0x68..=0x75 => Err(Fault::GcType),
        _ => Err(Fault::ValueType),
    }
}

/// Reads what a reference refers to, and returns the type of one that may be null.
pub(super) fn heap(cursor: &mut Cursor<'_>) -> Result<u8, Fault> {
    match cursor.byte()? {
        ty if is_reference(ty) => Ok(ty),
        0x64 | 0x65 | 0x68..=0x75 => Err(Fault::GcType),
        _ => Err(Fault::ValueType),
    }
}
