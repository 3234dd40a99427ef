//! Values of a script: arguments to pass, and patterns that results must match.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use vellum::{AsContextMut, Error, ExternRef, StoreGuard, Val, ValType};

/// A type of references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reference {
    /// To functions.
    Func,
    /// To what belongs to the host.
    Extern,
}

impl Reference {
    fn ty(self) -> ValType {
        match self {
            Self::Func => ValType::FUNCREF,
            Self::Extern => ValType::EXTERNREF,
        }
    }
}

/// What is passed to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Argument {
    /// 32 bits.
    I32(i32),
    /// 64 bits.
    I64(i64),
    /// The bits of a float.
    F32(u32),
    /// The bits of a float.
    F64(u64),
    /// 128 bits.
    V128(u128),
    /// No reference.
    Null(Reference),
    /// A reference to a number of the host.
    Extern(u32),
}

impl Argument {
    pub(super) fn value(self, store: impl AsContextMut) -> Result<Val, Error> {
        Ok(match self {
            Self::I32(value) => Val::I32(value),
            Self::I64(value) => Val::I64(value),
            Self::F32(bits) => Val::F32(bits),
            Self::F64(bits) => Val::F64(bits),
            Self::V128(bits) => Val::V128(bits),
            Self::Null(reference) => Val::default_for_ty(reference.ty()),
            Self::Extern(number) => Val::ExternRef(Some(ExternRef::new(store, number)?)),
        })
    }
}

/// What a float must be; `B` are its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Float<B> {
    /// These bits.
    Bits(B),
    /// A NaN whose payload has the top bit set and no other, of either sign.
    Canonical,
    /// A NaN whose payload has the top bit set, of either sign.
    Arithmetic,
}

impl Float<u32> {
    fn matches(self, bits: u32) -> bool {
        match self {
            Self::Canonical => bits & 0x7fff_ffff == 0x7fc0_0000,
            Self::Arithmetic => bits & 0x7fc0_0000 == 0x7fc0_0000,
            Self::Bits(expected) => bits == expected,
        }
    }
}

impl Float<u64> {
    fn matches(self, bits: u64) -> bool {
        match self {
            Self::Canonical => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
            Self::Arithmetic => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
            Self::Bits(expected) => bits == expected,
        }
    }
}

/// What a vector must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lanes {
    /// These bits.
    Bits(u128),
    /// Four floats.
    F32([Float<u32>; 4]),
    /// Two floats.
    F64([Float<u64>; 2]),
}

impl Lanes {
    fn matches(self, bits: u128) -> bool {
        match self {
            Self::Bits(expected) => bits == expected,
            Self::F32(lanes) => {
                (0..).zip(lanes).all(|(at, lane)| lane.matches((bits >> (32 * at)) as u32))
            }
            Self::F64(lanes) => {
                (0..).zip(lanes).all(|(at, lane)| lane.matches((bits >> (64 * at)) as u64))
            }
        }
    }
}

/// What a result must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Pattern {
    /// This number.
    I32(i32),
    /// This number.
    I64(i64),
    /// Such a float.
    F32(Float<u32>),
    /// Such a float.
    F64(Float<u64>),
    /// Such a vector.
    V128(Lanes),
    /// No reference, of this type if one is named.
    Null(Option<Reference>),
    /// Some reference.
    Some(Reference),
    /// A reference to this number of the host.
    Extern(u32),
    /// Any of these.
    Either(Vec<Pattern>),
    /// What the runtime never gives.
    Never,
}

impl Pattern {
    /// Whether a result of a call is what the script asks for.
    pub(super) fn matches(&self, store: &StoreGuard<'_, ()>, value: &Val) -> bool {
        match (value, self) {
            (_, Self::Either(cases)) => cases.iter().any(|case| case.matches(store, value)),
            (Val::I32(value), Self::I32(expected)) => value == expected,
            (Val::I64(value), Self::I64(expected)) => value == expected,
            (Val::F32(bits), Self::F32(expected)) => expected.matches(*bits),
            (Val::F64(bits), Self::F64(expected)) => expected.matches(*bits),
            (Val::V128(bits), Self::V128(expected)) => expected.matches(*bits),
            (Val::FuncRef(None) | Val::ExternRef(None), Self::Null(reference)) => {
                reference.is_none_or(|reference| reference.ty() == value.ty())
            }
            (Val::FuncRef(Some(_)), Self::Some(Reference::Func)) => true,
            (Val::ExternRef(Some(_)), Self::Some(Reference::Extern)) => true,
            (Val::ExternRef(Some(value)), Self::Extern(number)) => {
                value.data(store).is_ok_and(|value| value.downcast_ref() == Some(number))
            }
            _ => false,
        }
    }
}
