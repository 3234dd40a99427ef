//! Arguments and results as text.

use alloc::borrow::Cow;

use vellum::{Val, ValType};

use crate::Console;

/// An argument as text, and as the floats that it may be.
///
/// Decimal floats are read on the host: the tables for that are large.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Argument<'a> {
    text: Cow<'a, str>,
    single: Option<u32>,
    double: Option<u64>,
}

impl<'a> Argument<'a> {
    /// Reads `TEXT;SINGLE;DOUBLE`: the text, then the bits of both floats in hexadecimal, or
    /// nothing where the text is no float. Without the semicolons all of it is the text.
    pub fn new(encoded: Cow<'a, str>) -> Argument<'a> {
        let mut parts = encoded.rsplitn(3, ';');
        let (double, single, text) = (parts.next(), parts.next(), parts.next());
        let Some(text) = text else {
            return Argument { text: encoded, single: None, double: None };
        };
        let hex = |bits| u64::from_str_radix(bits, 16).ok();
        let double = double.and_then(hex);
        let single = single.and_then(hex).and_then(|bits| u32::try_from(bits).ok());
        Argument { text: Cow::Owned(text.into()), single, double }
    }

    /// The value of type `ty`: an integer in decimal or, after `0x`, hexadecimal, signed or not;
    /// a float; a null reference as `null`.
    pub(super) fn value(&self, ty: ValType) -> Option<Val> {
        let null = self.text == "null";
        match ty {
            ValType::I32 => integer(&self.text, u32::BITS).map(|value| Val::I32(value as i32)),
            ValType::I64 => integer(&self.text, u64::BITS).map(Val::I64),
            ValType::F32 => self.single.map(Val::F32),
            ValType::F64 => self.double.map(Val::F64),
            ValType::FUNCREF => null.then_some(Val::FuncRef(None)),
            ValType::EXTERNREF => null.then_some(Val::ExternRef(None)),
            ValType::V128 => None,
        }
    }
}

#[cfg(feature = "std")]
impl Argument<'static> {
    /// The argument that a user writes as `text`.
    pub fn of(text: &str) -> Argument<'static> {
        Argument {
            text: Cow::Owned(text.into()),
            single: text.parse().ok().map(f32::to_bits),
            double: text.parse().ok().map(f64::to_bits),
        }
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

/// Prints a value after `label`.
pub(super) fn print(console: &impl Console, label: &str, value: &Val) {
    match *value {
        Val::I32(value) => console.line(format_args!("{label}{value}")),
        Val::I64(value) => console.line(format_args!("{label}{value}")),
        Val::F32(bits) => console.single(label, f32::from_bits(bits)),
        Val::F64(bits) => console.double(label, f64::from_bits(bits)),
        Val::V128(value) => console.line(format_args!("{label}{value:#034x}")),
        Val::FuncRef(None) | Val::ExternRef(None) => console.line(format_args!("{label}null")),
        Val::FuncRef(Some(_)) => console.line(format_args!("{label}funcref")),
        Val::ExternRef(Some(_)) => console.line(format_args!("{label}externref")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Argument, integer, print};
    use crate::host::Recorder;
    use alloc::format;
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
    fn floats_come_as_bits() {
        let argument = Argument::new("0.1;3dcccccd;3fb999999999999a".into());
        assert_eq!(argument, Argument::of("0.1"));
        assert_eq!(Argument::new("a;b;c;;".into()), Argument::of("a;b;c"));
        assert!(matches!(argument.value(ValType::F32), Some(Val::F32(0x3dcc_cccd))));
        assert!(argument.value(ValType::I32).is_none());
        assert!(Argument::new("1".into()).value(ValType::F64).is_none());
        assert!(Argument::new("1;123456789;x".into()).value(ValType::F32).is_none());
        assert!(matches!(Argument::of("null").value(ValType::FUNCREF), Some(Val::FuncRef(None))));
        assert!(Argument::of("0").value(ValType::EXTERNREF).is_none());
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
            (ValType::F64, "1"),
            (ValType::F32, "-0"),
            (ValType::F64, "-0"),
            (ValType::F64, "123456789.125"),
        ] {
            let value = Argument::of(text).value(ty).expect(text);
            let console = Recorder::default();
            print(&console, "result: ", &value);
            assert_eq!(console.lines(), [format!("result: {text}")]);
        }
        // The number of the type that is nearest.
        for (text, nearest) in [("16777217", "16777216"), ("1e39", "inf"), ("-nan", "NaN")] {
            let value = Argument::of(text).value(ValType::F32).expect(text);
            let console = Recorder::default();
            print(&console, "", &value);
            assert_eq!(console.lines(), [nearest]);
        }
    }
}
