//! Values as both runtimes have them.

use fastrand::Rng;
use wasmparser::ValType;

/// A value of a guest, by its bits. A reference is only null or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// An `i32`.
    I32(u32),
    /// An `i64`.
    I64(u64),
    /// An `f32`.
    F32(u32),
    /// An `f64`.
    F64(u64),
    /// A `v128`.
    V128(u128),
    /// A `funcref`, and whether it is null.
    Func(bool),
    /// An `externref`, and whether it is null.
    Extern(bool),
}

fn is_nan32(bits: u32) -> bool {
    f32::from_bits(bits).is_nan()
}

fn is_nan64(bits: u64) -> bool {
    f64::from_bits(bits).is_nan()
}

/// Whether vectors are the same but for lanes that are not a number in both.
fn vectors_agree(a: u128, b: u128) -> bool {
    let quarters = |shift: u32| ((a >> shift) as u32, (b >> shift) as u32);
    let halves = |shift: u32| ((a >> shift) as u64, (b >> shift) as u64);
    let narrow = [0, 32, 64, 96].map(quarters);
    let wide = [0, 64].map(halves);
    narrow.iter().all(|&(a, b)| a == b || (is_nan32(a) && is_nan32(b)))
        || wide.iter().all(|&(a, b)| a == b || (is_nan64(a) && is_nan64(b)))
}

impl Value {
    /// Whether both are the same, where any NaN is as good as another.
    pub fn agrees(self, other: Self) -> bool {
        match (self, other) {
            (Self::F32(a), Self::F32(b)) => a == b || (is_nan32(a) && is_nan32(b)),
            (Self::F64(a), Self::F64(b)) => a == b || (is_nan64(a) && is_nan64(b)),
            (Self::V128(a), Self::V128(b)) => vectors_agree(a, b),
            _ => self == other,
        }
    }

    /// Its bits, where every NaN has the same.
    pub(super) fn canonical(self) -> u64 {
        match self {
            Self::F32(bits) if is_nan32(bits) => u64::from(f32::NAN.to_bits()),
            Self::F64(bits) if is_nan64(bits) => f64::NAN.to_bits(),
            Self::I32(bits) | Self::F32(bits) => bits.into(),
            Self::I64(bits) | Self::F64(bits) => bits,
            Self::V128(_) => 0,
            Self::Func(null) | Self::Extern(null) => null.into(),
        }
    }

    /// A value of a type.
    pub(crate) fn from_bits(ty: ValType, bits: u64) -> Self {
        match ty {
            ValType::I32 => Self::I32(bits as u32),
            ValType::I64 => Self::I64(bits),
            ValType::F32 => Self::F32(bits as u32),
            ValType::F64 => Self::F64(bits),
            ValType::V128 => Self::V128(u128::from(bits) << 64 | u128::from(bits)),
            ValType::Ref(reference) if reference.is_func_ref() => Self::Func(true),
            ValType::Ref(_) => Self::Extern(true),
        }
    }

    /// A value of a type, often one at an edge.
    pub(super) fn any(rng: &mut Rng, ty: ValType) -> Self {
        let bits = match ty {
            ValType::F32 => float32(rng).into(),
            ValType::F64 => float64(rng),
            _ => integer(rng),
        };
        Self::from_bits(ty, bits)
    }
}

/// An integer, often one at an edge of 32 or of 64 bits.
pub(super) fn integer(rng: &mut Rng) -> u64 {
    match rng.u8(..12) {
        0..3 => 0,
        3..6 => rng.u64(..20),
        6 => rng.u64(..20).wrapping_neg(),
        7 => 1 << rng.u32(..64),
        8 => (1_u64 << rng.u32(..64)).wrapping_sub(1),
        9 => u64::from(i32::MIN.cast_unsigned()) | rng.u64(..2) << 63,
        10 => rng.u64(..70_000),
        _ => rng.u64(..),
    }
}

/// The bits of an `f32`.
pub(super) fn float32(rng: &mut Rng) -> u32 {
    const EDGES: [f32; 10] = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        f32::MAX,
        2_147_483_648.0,
    ];
    match rng.u8(..4) {
        0..2 => EDGES[rng.usize(..EDGES.len())].to_bits(),
        2 => (rng.i32(-1000..1000) as f32 / 4.0).to_bits(),
        _ => rng.u32(..),
    }
}

/// The bits of an `f64`.
pub(super) fn float64(rng: &mut Rng) -> u64 {
    const EDGES: [f64; 10] = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        f64::MAX,
        9_223_372_036_854_775_808.0,
    ];
    match rng.u8(..4) {
        0..2 => EDGES[rng.usize(..EDGES.len())].to_bits(),
        2 => (f64::from(rng.i32(-1000..1000)) / 4.0).to_bits(),
        _ => rng.u64(..),
    }
}
