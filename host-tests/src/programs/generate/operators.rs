//! Operators that take numbers and give one.

use wasm_encoder::{Instruction, ValType};

use Need::{Any, Divisor, Exact, Small};
use ValType::{F32, F64, I32, I64, V128};

/// What an operand must be, besides its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Anything.
    Any,
    /// A float whose bits are the same on every machine: no NaN that was computed.
    Exact,
    /// A number below 1024.
    Small,
    /// Seldom zero.
    Divisor,
}

/// An operand.
pub(super) type Operand = (ValType, Need);

/// An operator.
pub(super) struct Operator {
    pub(super) code: Instruction<'static>,
    pub(super) takes: &'static [Operand],
    pub(super) gives: ValType,
    /// What is known of what it gives.
    pub(super) known: Need,
}

macro_rules! operators {
    ($($takes:expr => $gives:ident $known:ident: $($code:ident)*;)*) => {
        &[$($(Operator {
            code: Instruction::$code,
            takes: $takes,
            gives: $gives,
            known: $known,
        },)*)*]
    };
}

const I: &[Operand] = &[(I32, Any)];
const L: &[Operand] = &[(I64, Any)];
const F: &[Operand] = &[(F32, Any)];
const D: &[Operand] = &[(F64, Any)];
const II: &[Operand] = &[(I32, Any), (I32, Any)];
const LL: &[Operand] = &[(I64, Any), (I64, Any)];
const FF: &[Operand] = &[(F32, Any), (F32, Any)];
const DD: &[Operand] = &[(F64, Any), (F64, Any)];
/// The sign of a NaN shows.
const FX: &[Operand] = &[(F32, Any), (F32, Exact)];
const DX: &[Operand] = &[(F64, Any), (F64, Exact)];

/// Those on numbers.
pub(super) static OPERATORS: &[Operator] = operators! {
    I => I32 Small: I32Eqz I32Clz I32Ctz I32Popcnt;
    I => I32 Small: I32Eqz I32Eqz I32Eqz;
    I => I32 Any: I32Extend8S I32Extend16S;
    L => I32 Small: I64Eqz I64Eqz;
    L => I32 Any: I32WrapI64;
    L => I64 Any: I64Clz I64Ctz I64Popcnt I64Extend8S I64Extend16S I64Extend32S;
    I => I64 Any: I64ExtendI32S I64ExtendI32U I64ExtendI32U;
    II => I32 Small: I32Eq I32Ne I32LtS I32LtU I32GtS I32GtU I32LeS I32LeU I32GeS I32GeU I32Eq I32Ne;
    LL => I32 Small: I64Eq I64Ne I64LtS I64LtU I64GtS I64GtU I64LeS I64LeU I64GeS I64GeU;
    FF => I32 Small: F32Eq F32Ne F32Lt F32Gt F32Le F32Ge;
    DD => I32 Small: F64Eq F64Ne F64Lt F64Gt F64Le F64Ge;
    II => I32 Any: I32Add I32Sub I32Mul I32And I32Or I32Xor I32Shl I32ShrS I32ShrU I32Rotl I32Rotr;
    II => I32 Any: I32Add I32Sub I32And I32Or I32Xor;
    LL => I64 Any: I64Add I64Sub I64Mul I64And I64Or I64Xor I64Shl I64ShrS I64ShrU I64Rotl I64Rotr;
    &[(I32, Any), (I32, Divisor)] => I32 Any: I32DivS I32DivU I32RemS I32RemU;
    &[(I64, Any), (I64, Divisor)] => I64 Any: I64DivS I64DivU I64RemS I64RemU;
    F => F32 Exact: F32Abs F32Neg;
    D => F64 Exact: F64Abs F64Neg;
    F => F32 Any: F32Ceil F32Floor F32Trunc F32Nearest F32Sqrt;
    D => F64 Any: F64Ceil F64Floor F64Trunc F64Nearest F64Sqrt;
    FF => F32 Any: F32Add F32Sub F32Mul F32Div F32Min F32Max;
    DD => F64 Any: F64Add F64Sub F64Mul F64Div F64Min F64Max;
    FX => F32 Any: F32Copysign;
    DX => F64 Any: F64Copysign;
    F => I32 Any: I32TruncSatF32S I32TruncSatF32U;
    D => I32 Any: I32TruncSatF64S I32TruncSatF64U;
    F => I64 Any: I64TruncSatF32S I64TruncSatF32U;
    D => I64 Any: I64TruncSatF64S I64TruncSatF64U;
    I => F32 Exact: F32ConvertI32S F32ConvertI32U F32ReinterpretI32;
    L => F32 Exact: F32ConvertI64S F32ConvertI64U;
    I => F64 Exact: F64ConvertI32S F64ConvertI32U;
    L => F64 Exact: F64ConvertI64S F64ConvertI64U F64ReinterpretI64;
    D => F32 Any: F32DemoteF64;
    F => F64 Any: F64PromoteF32;
    &[(F32, Exact)] => I32 Any: I32ReinterpretF32;
    &[(F64, Exact)] => I64 Any: I64ReinterpretF64;
};

/// Operators that trap for most of what they may be given.
pub(super) static TRUNCATIONS: &[Operator] = operators! {
    F => I32 Any: I32TruncF32S I32TruncF32U;
    D => I32 Any: I32TruncF64S I32TruncF64U;
    F => I64 Any: I64TruncF32S I64TruncF32U;
    D => I64 Any: I64TruncF64S I64TruncF64U;
};

const V: &[Operand] = &[(V128, Any)];
const VV: &[Operand] = &[(V128, Any), (V128, Any)];
const VI: &[Operand] = &[(V128, Any), (I32, Any)];

/// Operators on vectors, of integers: no NaN is in them that was computed.
static VECTORS: &[Operator] = operators! {
    I => V128 Any: I8x16Splat I16x8Splat I32x4Splat;
    L => V128 Any: I64x2Splat;
    &[(F32, Exact)] => V128 Any: F32x4Splat;
    &[(F64, Exact)] => V128 Any: F64x2Splat;
    V => V128 Any: V128Not I8x16Abs I16x8Neg I32x4Neg I64x2Abs I8x16Popcnt I32x4ExtendLowI16x8S;
    VV => V128 Any: V128And V128Or V128Xor V128AndNot I8x16Add I16x8Sub I32x4Add I64x2Mul;
    VV => V128 Any: I8x16Eq I32x4LtS I64x2GtS I16x8MinU I8x16Swizzle I32x4DotI16x8S;
    VV => V128 Any: F32x4Eq F64x2Lt F32x4Ge;
    VI => V128 Any: I8x16Shl I16x8ShrS I32x4ShrU I64x2Shl;
    &[(V128, Any), (V128, Any), (V128, Any)] => V128 Any: V128Bitselect;
    V => I32 Small: V128AnyTrue I32x4AllTrue I64x2AllTrue;
    V => I32 Any: I8x16Bitmask I32x4Bitmask;
};

/// Those that the engine has.
pub(super) fn all() -> impl Iterator<Item = &'static Operator> {
    let vectors = if cfg!(feature = "simd") { VECTORS } else { &[] };
    OPERATORS.iter().chain(vectors)
}
