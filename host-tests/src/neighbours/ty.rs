//! Types of values, their corner values, and how values of two runtimes compare.

use std::fmt;

/// A type of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ty {
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `v128`
    V128,
    /// `funcref`
    Func,
}

impl Ty {
    /// The four types of numbers.
    pub const NUMBERS: [Self; 4] = [Self::I32, Self::I64, Self::F32, Self::F64];

    /// The name in the text format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::V128 => "v128",
            Self::Func => "funcref",
        }
    }

    /// The type of that name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::I32, Self::I64, Self::F32, Self::F64, Self::V128, Self::Func];
        all.into_iter().find(|ty| ty.name() == name)
    }

    /// Values at the borders of the type; zero comes first.
    pub const fn corners(self) -> &'static [u128] {
        match self {
            Self::I32 => &[0, 1, 0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 2, 31, 65_535, 65_528],
            Self::I64 => &[
                0,
                1,
                0xffff_ffff_ffff_ffff,
                0x8000_0000_0000_0000,
                0x7fff_ffff_ffff_ffff,
                2,
                63,
                0xffff_ffff,
                0x1_0000_0000,
            ],
            Self::F32 => &[
                0,
                0x8000_0000,
                0x3f80_0000,
                0xbfc0_0000,
                0x7f80_0000,
                0xff80_0000,
                0x7fc0_0000,
                0x7fa0_0000,
                0x0000_0001,
                0x7f7f_ffff,
                0x4f00_0000,
                0x3f00_0000,
                0x0080_0000,
            ],
            Self::F64 => &[
                0,
                0x8000_0000_0000_0000,
                0x3ff0_0000_0000_0000,
                0xbff8_0000_0000_0000,
                0x7ff0_0000_0000_0000,
                0xfff0_0000_0000_0000,
                0x7ff8_0000_0000_0000,
                0x7ff4_0000_0000_0000,
                0x0000_0000_0000_0001,
                0x7fef_ffff_ffff_ffff,
                0x41e0_0000_0000_0000,
                0x36a0_0000_0000_0000,
                0x43e0_0000_0000_0000,
            ],
            Self::V128 => &[
                0,
                0x0000_0000_3f80_0000_7fff_8000_0001_00ff,
                u128::MAX,
                0x7ff0_0000_0000_0000_8000_0000_0000_0000,
                0x7fc0_0000_0000_0001_4f00_0000_bfc0_0000,
            ],
            Self::Func => &[0],
        }
    }
}

impl Ty {
    /// The corner values and more.
    pub fn all(self) -> impl Iterator<Item = u128> {
        let more: &[u128] = match self {
            Self::I32 => &[3, 7, 32, 33, 0x80, 0x8000, 0xffff_ff80, 0x1234_5678],
            Self::I64 => &[3, 7, 64, 65, 0x8000_0000, 0xffff_ffff_8000_0000, 0x1234_5678_9abc_def0],
            Self::F32 => &[
                0xffc0_0000,
                0xff80_0001,
                0x7fff_ffff,
                0x8000_0001,
                0x007f_ffff,
                0xbf00_0000,
                0x4020_0000,
                0x3fc0_0000,
                0xcf00_0000,
                0xcf00_0001,
                0x4f7f_ffff,
                0x5f00_0000,
                0xdf00_0000,
                0x5f80_0000,
                0x4b00_0001,
                0x3eff_ffff,
            ],
            Self::F64 => &[
                0xfff8_0000_0000_0000,
                0x7ff0_0000_0000_0001,
                0xfff4_0000_2000_0000,
                0x8000_0000_0000_0001,
                0x000f_ffff_ffff_ffff,
                0xbfe0_0000_0000_0000,
                0x3fe0_0000_0000_0000,
                0x4004_0000_0000_0000,
                0x41df_ffff_ffc0_0000,
                0xc1e0_0000_0000_0000,
                0xc1e0_0000_0020_0000,
                0x41ef_ffff_ffe0_0000,
                0xc3e0_0000_0000_0000,
                0x43f0_0000_0000_0000,
                0x47ef_ffff_f000_0000,
                0x380f_ffff_ffff_ffff,
                0x3690_0000_0000_0001,
                0x4330_0000_0000_0001,
            ],
            _ => &[],
        };
        self.corners().iter().chain(more).copied()
    }
}

/// A value: its type and its bits. Of a reference, only whether it is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// The type.
    pub ty: Ty,
    /// The bits; for a reference 0 if it is null, else 1.
    pub bits: u128,
}

const F32_INFINITY: u128 = 0x7f80_0000;
const F32_QUIET: u128 = 0x0040_0000;
const F64_INFINITY: u128 = 0x7ff0_0000_0000_0000;
const F64_QUIET: u128 = 0x0008_0000_0000_0000;

/// Whether bits are a NaN of the type, and if so whether it is quiet.
fn nan(bits: u128, infinity: u128, quiet: u128) -> Option<bool> {
    let magnitude = bits & (infinity | (quiet * 2 - 1));
    (magnitude > infinity).then_some(bits & quiet != 0)
}

impl Value {
    /// Whether the value is a NaN, and if so whether it is quiet.
    pub fn nan(self) -> Option<bool> {
        match self.ty {
            Ty::F32 => nan(self.bits, F32_INFINITY, F32_QUIET),
            Ty::F64 => nan(self.bits, F64_INFINITY, F64_QUIET),
            _ => None,
        }
    }

    /// Whether two runtimes may give these: the same bits, or NaNs that are both quiet or both not.
    pub fn agrees(self, other: Self) -> bool {
        if self == other {
            return true;
        }
        if self.ty == Ty::V128 && other.ty == Ty::V128 {
            return lanes_agree(self.bits, other.bits, Ty::F32, 32)
                || lanes_agree(self.bits, other.bits, Ty::F64, 64);
        }
        self.ty == other.ty && self.nan().is_some() && self.nan() == other.nan()
    }
}

fn lanes_agree(one: u128, other: u128, ty: Ty, width: u32) -> bool {
    (0..128 / width).all(|lane| {
        let part = |bits: u128| (bits >> (lane * width)) & ((1 << width) - 1);
        Value { ty, bits: part(one) }.agrees(Value { ty, bits: part(other) })
    })
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ty {
            Ty::I32 => write!(f, "{}", self.bits as u32 as i32),
            Ty::I64 => write!(f, "{}", self.bits as u64 as i64),
            Ty::Func if self.bits == 0 => f.write_str("null"),
            Ty::Func => f.write_str("func"),
            _ => write!(f, "{}:{:#x}", self.ty.name(), self.bits),
        }
    }
}

/// The argument that the parameter at `place` gets in the call number `call`: in the first one all are
/// zero.
pub(super) fn argument(ty: Ty, place: usize, call: usize) -> Value {
    let corners = ty.corners();
    let index = (call + place * (call * call + call)) % corners.len();
    Value { ty, bits: corners[index] }
}

#[cfg(test)]
mod tests {
    use super::{Ty, Value};

    fn f32(bits: u128) -> Value {
        Value { ty: Ty::F32, bits }
    }

    #[test]
    fn signalling_and_quiet_nans_differ() {
        assert_eq!(f32(0x7fc0_0000).nan(), Some(true));
        assert_eq!(f32(0xffa0_0000).nan(), Some(false));
        assert_eq!(f32(0x7f80_0000).nan(), None);
        assert!(f32(0x7fc0_0000).agrees(f32(0xffc0_0001)));
        assert!(!f32(0x7fc0_0000).agrees(f32(0x7fa0_0000)));
        assert!(!f32(0x8000_0000).agrees(f32(0)));
        let f64 = |bits| Value { ty: Ty::F64, bits };
        assert_eq!(f64(0x7ff4_0000_0000_0000).nan(), Some(false));
        assert_eq!(f64(0xfff0_0000_0000_0000).nan(), None);
        assert!(f64(0x7ff8_0000_0000_0000).agrees(f64(0xfff8_0000_0000_0000)));
    }
}
