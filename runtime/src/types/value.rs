//! Types of values.

use core::fmt;

/// The type of a value.
///
/// ```
/// use vellum::{RefType, ValType};
///
/// assert!(ValType::I32.is_num());
/// assert_eq!(ValType::FUNCREF, ValType::Ref(RefType::FUNCREF));
/// assert_eq!(ValType::EXTERNREF.to_string(), "externref");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
    /// A 32-bit float.
    F32,
    /// A 64-bit float.
    F64,
    /// A 128-bit vector.
    V128,
    /// A reference.
    Ref(RefType),
}

/// The type of a reference, which may be null.
///
/// ```
/// use vellum::{Ref, RefType};
///
/// assert!(matches!(Ref::null(RefType::FUNCREF), Ref::Func(None)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefType {
    /// A reference to a function.
    Func,
    /// A reference to a value of the host.
    Extern,
}

impl ValType {
    /// A reference to a function.
    pub const FUNCREF: Self = Self::Ref(RefType::FUNCREF);
    /// A reference to a value of the host.
    pub const EXTERNREF: Self = Self::Ref(RefType::EXTERNREF);

    /// Whether it is a number, of integers or floats.
    pub const fn is_num(&self) -> bool {
        matches!(self, Self::I32 | Self::I64 | Self::F32 | Self::F64)
    }

    /// Whether it is a vector.
    pub const fn is_vec(&self) -> bool {
        matches!(self, Self::V128)
    }

    /// Whether it is a reference.
    pub const fn is_ref(&self) -> bool {
        matches!(self, Self::Ref(_))
    }

    /// The text format's name of the type.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::V128 => "v128",
            Self::FUNCREF => "funcref",
            Self::EXTERNREF => "externref",
        }
    }

    pub(crate) const fn to_wasmi(self) -> wasmi::ValType {
        match self {
            Self::I32 => wasmi::ValType::I32,
            Self::I64 => wasmi::ValType::I64,
            Self::F32 => wasmi::ValType::F32,
            Self::F64 => wasmi::ValType::F64,
            Self::V128 => wasmi::ValType::V128,
            Self::FUNCREF => wasmi::ValType::FuncRef,
            Self::EXTERNREF => wasmi::ValType::ExternRef,
        }
    }

    pub(crate) const fn from_wasmi(ty: wasmi::ValType) -> Self {
        match ty {
            wasmi::ValType::I32 => Self::I32,
            wasmi::ValType::I64 => Self::I64,
            wasmi::ValType::F32 => Self::F32,
            wasmi::ValType::F64 => Self::F64,
            wasmi::ValType::V128 => Self::V128,
            wasmi::ValType::FuncRef => Self::FUNCREF,
            wasmi::ValType::ExternRef => Self::EXTERNREF,
        }
    }
}

impl RefType {
    /// A reference to a function.
    pub const FUNCREF: Self = Self::Func;
    /// A reference to a value of the host.
    pub const EXTERNREF: Self = Self::Extern;

    pub(crate) const fn to_wasmi(self) -> wasmi::RefType {
        match self {
            Self::Func => wasmi::RefType::Func,
            Self::Extern => wasmi::RefType::Extern,
        }
    }

    pub(crate) const fn from_wasmi(ty: wasmi::RefType) -> Self {
        match ty {
            wasmi::RefType::Func => Self::Func,
            wasmi::RefType::Extern => Self::Extern,
        }
    }
}

/// As the text format names the type.
impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// As the text format names the type.
impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ValType::Ref(*self).fmt(f)
    }
}
