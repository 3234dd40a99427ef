//! Types of values, as they are encoded.

use super::super::opcode::{EXTERNREF, F32, F64, FUNCREF, I32, I64, V128};

/// The type of an operand that may be of any.
pub(super) const BOTTOM: u8 = 0;

/// All types, each at the place that [`alone`] looks at.
static TYPES: [u8; 17] = {
    let mut types = [BOTTOM; 17];
    let mut at = 0;
    while at < types.len() {
        types[at] = EXTERNREF + at as u8;
        at += 1;
    }
    types
};

/// A list of that type alone.
pub(super) fn alone(ty: u8) -> &'static [u8] {
    let at = usize::from(ty.wrapping_sub(EXTERNREF));
    TYPES.get(at..=at).unwrap_or_default()
}

pub(super) const fn is_reference(ty: u8) -> bool {
    matches!(ty, FUNCREF | EXTERNREF)
}

/// The type of addresses and sizes.
pub(super) const fn address(is_64: bool) -> u8 {
    if cfg!(feature = "memory64") && is_64 { I64 } else { I32 }
}

pub(super) const fn name(ty: u8) -> &'static str {
    match ty {
        I32 => "i32",
        I64 => "i64",
        F32 => "f32",
        F64 => "f64",
        V128 => "v128",
        FUNCREF => "funcref",
        EXTERNREF => "externref",
        _ => "nothing",
    }
}
