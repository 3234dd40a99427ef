//! Arguments and results as text.

use core::fmt;

use vellum::{Val, ValType};

/// Reads an argument of type `ty`: an integer in decimal or, after `0x`, hexadecimal, signed or
/// not; a float as Rust writes it, `nan` and `inf` included; a null reference as `null`.
pub(super) fn parse(ty: ValType, text: &str) -> Option<Val> {
    match ty {
        ValType::I32 => integer(text, u32::BITS).map(|value| Val::I32(value as i32)),
        ValType::I64 => integer(text, u64::BITS).map(Val::I64),
        ValType::F32 => text.parse().ok().map(f32::to_bits).map(Val::F32),
        ValType::F64 => text.parse().ok().map(f64::to_bits).map(Val::F64),
        ValType::FuncRef => (text == "null").then_some(Val::FuncRef(None)),
        ValType::ExternRef => (text == "null").then_some(Val::ExternRef(None)),
        ValType::V128 => None,
    }
}

/// An integer that fits `bits` bits, signed or unsigned.
fn integer(text: &str, bits: u32) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    // A further sign would be read by the standard library.
    if !digits.starts_with(|first: char| first.is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    let most = if negative { 1 << (bits - 1) } else { u64::MAX >> (u64::BITS - bits) };
    let value = magnitude.cast_signed();
    (magnitude <= most).then_some(if negative { value.wrapping_neg() } else { value })
}

/// A result as it is printed.
pub(super) struct Shown<'a>(pub(super) &'a Val);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Val::I32(value) => value.fmt(f),
            Val::I64(value) => value.fmt(f),
            Val::F32(bits) => f32::from_bits(*bits).fmt(f),
            Val::F64(bits) => f64::from_bits(*bits).fmt(f),
            Val::V128(value) => write!(f, "{value:#034x}"),
            Val::FuncRef(None) | Val::ExternRef(None) => f.write_str("null"),
            Val::FuncRef(Some(_)) => f.write_str("funcref"),
            Val::ExternRef(Some(_)) => f.write_str("externref"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, integer, parse};
    use alloc::string::ToString;
    use vellum::{Val, ValType};

    #[test]
    fn integers() {
        assert_eq!(integer("0", 32), Some(0));
        assert_eq!(integer("4294967295", 32), Some(0xFFFF_FFFF));
        assert_eq!(integer("4294967296", 32), None);
        assert_eq!(integer("-2147483648", 32), Some(-0x8000_0000));
        assert_eq!(integer("-2147483649", 32), None);
        assert_eq!(integer("0xffFFffFF", 32), Some(0xFFFF_FFFF));
        assert_eq!(integer("-0x10", 32), Some(-16));
        assert_eq!(integer("18446744073709551615", 64), Some(-1));
        assert_eq!(integer("-9223372036854775808", 64), Some(i64::MIN));
        assert_eq!(integer("-9223372036854775809", 64), None);
        for wrong in ["", "-", "+1", "--1", "0x", "0x-1", "1.5", "1_000", " 1", "ten"] {
            assert_eq!(integer(wrong, 64), None, "{wrong:?}");
        }
    }

    #[test]
    fn values_survive_the_text() {
        for (ty, text) in [
            (ValType::I32, "-1"),
            (ValType::I64, "-9223372036854775808"),
            (ValType::F32, "0.1"),
            (ValType::F64, "-1.5"),
            (ValType::F64, "NaN"),
            (ValType::F32, "-inf"),
            (ValType::F64, "5e-324"),
        ] {
            let value = parse(ty, text).expect(text);
            let shown = Shown(&value).to_string();
            assert_eq!(parse(ty, &shown).map(|value| bits(&value)), Some(bits(&value)), "{text}");
        }
        assert_eq!(Shown(&Val::F64(1f64.to_bits())).to_string(), "1");
        assert_eq!(Shown(&Val::I32(-1)).to_string(), "-1");
    }

    #[test]
    fn references_are_null_or_wrong() {
        assert!(matches!(parse(ValType::FuncRef, "null"), Some(Val::FuncRef(None))));
        assert!(parse(ValType::ExternRef, "0").is_none());
        assert!(parse(ValType::F64, "one").is_none());
    }

    fn bits(value: &Val) -> u64 {
        match *value {
            Val::I32(value) => value.cast_unsigned().into(),
            Val::I64(value) => value.cast_unsigned(),
            Val::F32(bits) => bits.into(),
            Val::F64(bits) => bits,
            _ => 0,
        }
    }
}
