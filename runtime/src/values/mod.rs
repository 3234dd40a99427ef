//! Values that cross between the host and a guest.

#![expect(unsafe_code, reason = "the interpreter's references are to what their world keeps")]

pub(crate) mod buffer;
mod convert;
pub(crate) mod externs;
pub(crate) mod global;
pub(crate) mod table;

use crate::error::Error;
use crate::func::Func;
use crate::store::{as_context::AsContextMut, context::StoreContext};
use crate::types::value::{RefType, ValType};
use crate::world::{inside::inside, kept::Kept, session::StoreId};
use alloc::sync::Arc;
use core::{any::Any, fmt};
use wasmi::Nullable;

/// A value of the host that guests have references to.
type HostValue = dyn Any + Send + Sync;

/// A reference to a value of the host, opaque to guests.
///
/// ```
/// use vellum::{Config, Engine, ExternRef, Store};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let reference = ExternRef::new(&mut store, String::from("of the host"))?;
/// let value = reference.data(&store)?.downcast_ref::<String>();
/// assert_eq!(value.map(String::as_str), Some("of the host"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct ExternRef {
    store: StoreId,
    inner: wasmi::ExternRef,
}

impl fmt::Debug for ExternRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternRef").field("store", &self.store).finish_non_exhaustive()
    }
}

impl ExternRef {
    /// Keeps `value` in the store, for as long as the store lives, and gives a reference to it.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] in a host function of a guest of the same engine with threads.
    pub fn new(mut store: impl AsContextMut, value: impl Any + Send + Sync) -> Result<Self, Error> {
        let mut context = store.as_context_mut();
        let value: Arc<HostValue> = Arc::new(value);
        let inner = context.change(|store| {
            // SAFETY: the store's world keeps it from now on.
            let kept = unsafe { Kept::of(&value) };
            store.data_mut().keep(value);
            inside(store, |store| wasmi::ExternRef::new(store, kept))
        })??;
        Ok(Self { store: context.id(), inner })
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the reference belongs to another store.
    pub fn data<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
    ) -> Result<&'a dyn Any, Error> {
        let kept = self.inner.data(store.into().borrow(self.store)?);
        let kept = kept.downcast_ref::<Kept<HostValue>>().ok_or(Error::WrongType)?;
        Ok(&**kept)
    }
}

/// A value of WebAssembly.
///
/// Floats are kept as their bits, so that a NaN stays the NaN it is.
///
/// ```
/// use vellum::{Val, ValType};
///
/// let value = Val::from(1.5_f32);
/// assert_eq!((value.ty(), value.f32(), value.i32()), (ValType::F32, Some(1.5), None));
/// assert_eq!(Val::from(-1).unwrap_i32(), -1);
/// assert!(matches!(Val::null_func_ref().func_ref(), Some(None)));
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Val {
    /// A 32-bit integer, of either sign.
    I32(i32),
    /// A 64-bit integer, of either sign.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// A 128-bit vector. Guests have it with the feature `simd`.
    V128(u128),
    /// A reference to a function, or null.
    FuncRef(Option<Func>),
    /// A reference to a value of the host, or null.
    ExternRef(Option<ExternRef>),
}

impl Val {
    /// The type of the value.
    pub const fn ty(&self) -> ValType {
        match self {
            Self::I32(_) => ValType::I32,
            Self::I64(_) => ValType::I64,
            Self::F32(_) => ValType::F32,
            Self::F64(_) => ValType::F64,
            Self::V128(_) => ValType::V128,
            Self::FuncRef(_) => ValType::FUNCREF,
            Self::ExternRef(_) => ValType::EXTERNREF,
        }
    }

    /// Zero, or null, of the type.
    pub const fn default_for_ty(ty: ValType) -> Self {
        match ty {
            ValType::I32 => Self::I32(0),
            ValType::I64 => Self::I64(0),
            ValType::F32 => Self::F32(0),
            ValType::F64 => Self::F64(0),
            ValType::V128 => Self::V128(0),
            ValType::FUNCREF => Self::FuncRef(None),
            ValType::EXTERNREF => Self::ExternRef(None),
        }
    }

    /// Null, as a reference to a function.
    pub const fn null_func_ref() -> Self {
        Self::FuncRef(None)
    }

    /// Null, as a reference to a value of the host.
    pub const fn null_extern_ref() -> Self {
        Self::ExternRef(None)
    }

    /// The interpreter's value, if references belong to the store `id`.
    pub(crate) fn to_wasmi(self, id: StoreId) -> Result<wasmi::Val, Error> {
        Ok(match self {
            Self::I32(value) => wasmi::Val::I32(value),
            Self::I64(value) => wasmi::Val::I64(value),
            Self::F32(bits) => wasmi::Val::F32(wasmi::F32::from_bits(bits)),
            Self::F64(bits) => wasmi::Val::F64(wasmi::F64::from_bits(bits)),
            #[cfg(feature = "simd")]
            Self::V128(bits) => wasmi::Val::V128(bits.into()),
            #[cfg(not(feature = "simd"))]
            Self::V128(_) => return Err(Error::WrongType),
            Self::FuncRef(value) => wasmi::Val::FuncRef(func(value, id)?),
            Self::ExternRef(value) => wasmi::Val::ExternRef(extern_ref(value, id)?),
        })
    }

    pub(crate) fn from_wasmi(value: &wasmi::Val, id: StoreId) -> Self {
        match value {
            wasmi::Val::I32(value) => Self::I32(*value),
            wasmi::Val::I64(value) => Self::I64(*value),
            wasmi::Val::F32(value) => Self::F32(value.to_bits()),
            wasmi::Val::F64(value) => Self::F64(value.to_bits()),
            wasmi::Val::V128(value) => Self::V128(value.as_u128()),
            wasmi::Val::FuncRef(value) => Self::FuncRef(from_func(value, id)),
            wasmi::Val::ExternRef(value) => Self::ExternRef(from_extern_ref(value, id)),
        }
    }
}

/// A reference: an element of a table.
///
/// ```
/// use vellum::{Ref, RefType, Val};
///
/// let null = Ref::null(RefType::EXTERNREF);
/// assert!(null.is_null() && null.is_extern());
/// assert!(matches!(Val::from(null), Val::ExternRef(None)));
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Ref {
    /// A reference to a function, or null.
    Func(Option<Func>),
    /// A reference to a value of the host, or null.
    Extern(Option<ExternRef>),
}

impl Ref {
    /// Null of the type.
    pub const fn null(ty: RefType) -> Self {
        match ty {
            RefType::Func => Self::Func(None),
            RefType::Extern => Self::Extern(None),
        }
    }

    pub(crate) fn to_wasmi(self, id: StoreId) -> Result<wasmi::Ref, Error> {
        Ok(match self {
            Self::Func(value) => wasmi::Ref::Func(func(value, id)?),
            Self::Extern(value) => wasmi::Ref::Extern(extern_ref(value, id)?),
        })
    }

    pub(crate) fn from_wasmi(value: wasmi::Ref, id: StoreId) -> Self {
        match value {
            wasmi::Ref::Func(value) => Self::Func(from_func(&value, id)),
            wasmi::Ref::Extern(value) => Self::Extern(from_extern_ref(&value, id)),
        }
    }
}

fn func(value: Option<Func>, id: StoreId) -> Result<Nullable<wasmi::Func>, Error> {
    match value {
        None => Ok(Nullable::Null),
        Some(func) if func.store == id => Ok(Nullable::Val(func.inner)),
        Some(_) => Err(Error::WrongStore),
    }
}

fn extern_ref(value: Option<ExternRef>, id: StoreId) -> Result<Nullable<wasmi::ExternRef>, Error> {
    match value {
        None => Ok(Nullable::Null),
        Some(value) if value.store == id => Ok(Nullable::Val(value.inner)),
        Some(_) => Err(Error::WrongStore),
    }
}

fn from_func(value: &Nullable<wasmi::Func>, id: StoreId) -> Option<Func> {
    value.val().map(|inner| Func { store: id, inner: *inner })
}

fn from_extern_ref(value: &Nullable<wasmi::ExternRef>, id: StoreId) -> Option<ExternRef> {
    value.val().map(|inner| ExternRef { store: id, inner: *inner })
}
