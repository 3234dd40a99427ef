//! Conversions between values and what they hold.

use super::{ExternRef, Ref, Val};
use crate::func::Func;
use crate::types::value::RefType;
use core::convert::identity;

macro_rules! accessors {
    ($($variant:ident($ty:ty) $get:ident $unwrap:ident $convert:expr, $what:literal;)*) => {
        impl Val {
            $(
                #[doc = concat!("The ", $what, ", if it is one.")]
                pub const fn $get(&self) -> Option<$ty> {
                    if let Self::$variant(value) = self { Some($convert(*value)) } else { None }
                }

                #[doc = concat!("The ", $what, ".")]
                ///
                /// # Panics
                ///
                /// If the value is of another type.
                pub const fn $unwrap(&self) -> $ty {
                    self.$get().expect(concat!("the value is no ", $what))
                }
            )*
        }
    };
}

/// [`identity`], as constants can call it.
const fn same<T: Copy>(value: T) -> T {
    value
}

accessors! {
    I32(i32) i32 unwrap_i32 same, "32-bit integer";
    I64(i64) i64 unwrap_i64 same, "64-bit integer";
    F32(f32) f32 unwrap_f32 f32::from_bits, "32-bit float";
    F64(f64) f64 unwrap_f64 f64::from_bits, "64-bit float";
    V128(u128) v128 unwrap_v128 same, "128-bit vector";
    FuncRef(Option<Func>) func_ref unwrap_func_ref same, "reference to a function";
    ExternRef(Option<ExternRef>) extern_ref unwrap_extern_ref same, "reference to a value of the host";
}

impl Val {
    /// The reference, if it is one.
    pub const fn ref_(&self) -> Option<Ref> {
        match self {
            Self::FuncRef(func) => Some(Ref::Func(*func)),
            Self::ExternRef(value) => Some(Ref::Extern(*value)),
            _ => None,
        }
    }
}

impl Ref {
    /// The type of the reference.
    pub const fn ty(&self) -> RefType {
        match self {
            Self::Func(_) => RefType::FUNCREF,
            Self::Extern(_) => RefType::EXTERNREF,
        }
    }

    /// Whether it is null.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Func(None) | Self::Extern(None))
    }

    /// Whether it is a reference to a function, or null as one.
    pub const fn is_func(&self) -> bool {
        matches!(self, Self::Func(_))
    }

    /// Whether it is a reference to a value of the host, or null as one.
    pub const fn is_extern(&self) -> bool {
        matches!(self, Self::Extern(_))
    }

    /// The function, if it is a reference to one, or null as one.
    pub const fn as_func(&self) -> Option<Option<&Func>> {
        if let Self::Func(func) = self { Some(func.as_ref()) } else { None }
    }

    /// The value of the host, if it is a reference to one, or null as one.
    pub const fn as_extern(&self) -> Option<Option<&ExternRef>> {
        if let Self::Extern(value) = self { Some(value.as_ref()) } else { None }
    }
}

macro_rules! from {
    ($($from:ty => $to:ident::$variant:ident($convert:expr);)*) => {
        $(
            impl From<$from> for $to {
                fn from(value: $from) -> Self {
                    Self::$variant($convert(value))
                }
            }
        )*
    };
}

from! {
    i32 => Val::I32(identity);
    u32 => Val::I32(u32::cast_signed);
    i64 => Val::I64(identity);
    u64 => Val::I64(u64::cast_signed);
    f32 => Val::F32(f32::to_bits);
    f64 => Val::F64(f64::to_bits);
    u128 => Val::V128(identity);
    Func => Val::FuncRef(Some);
    Option<Func> => Val::FuncRef(identity);
    ExternRef => Val::ExternRef(Some);
    Option<ExternRef> => Val::ExternRef(identity);
    Func => Ref::Func(Some);
    Option<Func> => Ref::Func(identity);
    ExternRef => Ref::Extern(Some);
    Option<ExternRef> => Ref::Extern(identity);
}

impl From<Ref> for Val {
    fn from(value: Ref) -> Self {
        match value {
            Ref::Func(func) => Self::FuncRef(func),
            Ref::Extern(value) => Self::ExternRef(value),
        }
    }
}
