//! Numbers of Rust that stand for those of WebAssembly, alone and in tuples.
#![expect(non_snake_case, reason = "values bear the names of their type parameters")]

use super::arity::for_each_arity;
use crate::types::value::ValType;
use core::convert::identity;

mod sealed {
    use crate::types::value::ValType;

    pub trait Ty: wasmi::WasmTy {
        const TYPE: ValType;

        fn lower(self) -> wasmi::Val;
        fn lift(value: &wasmi::Val) -> Option<Self>;
    }

    pub trait Tys: wasmi::WasmParams + wasmi::WasmResults {
        const TYPES: &'static [ValType];
        /// As many values in the interpreter's form.
        type Values: AsRef<[wasmi::Val]> + AsMut<[wasmi::Val]> + Send;

        fn lower(self) -> Self::Values;
        fn lift(values: &[wasmi::Val]) -> Option<Self>;
        fn room() -> Self::Values;
    }
}

/// A Rust number that stands for a WebAssembly number.
///
/// ```
/// use vellum::WasmTy;
///
/// fn twice<T: WasmTy + Copy>(value: T) -> (T, T) {
///     (value, value)
/// }
/// assert_eq!(twice(1_i64), (1, 1));
/// ```
pub trait WasmTy: sealed::Ty {}

/// The parameters of a [`TypedFunc`](crate::TypedFunc): a number or a tuple of numbers.
///
/// ```
/// use vellum::{AsContextMut, Config, Engine, Error, Func, Store, TypedFunc, WasmParams};
///
/// /// Calls any function that gives an integer.
/// fn number<P: WasmParams>(
///     store: impl AsContextMut, func: TypedFunc<P, i32>, params: P,
/// ) -> Result<i32, Error> {
///     func.call(store, params)
/// }
///
/// # fn main() -> Result<(), Error> {
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let add = Func::wrap(&mut store, |a: i32, b: i64| a + b as i32)?;
/// let add = add.typed::<(i32, i64), i32>(&store)?;
/// assert_eq!(number(&mut store, add, (40, 2))?, 42);
/// # Ok(())
/// # }
/// ```
pub trait WasmParams: sealed::Tys {}

/// The results of a [`TypedFunc`](crate::TypedFunc): nothing, a number or a tuple of numbers.
///
/// ```
/// use vellum::{Config, Engine, Func, Store};
///
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let split = Func::wrap(&mut store, |n: u32| (n / 10, f64::from(n)))?;
/// let split = split.typed::<u32, (u32, f64)>(&store)?;
/// assert_eq!(split.call(&mut store, 42)?, (4, 42.0));
/// # Ok::<(), vellum::Error>(())
/// ```
pub trait WasmResults: sealed::Tys {}

macro_rules! numbers {
    ($($ty:ty: $variant:ident($lower:expr, $lift:expr);)*) => {
        $(
            impl sealed::Ty for $ty {
                const TYPE: ValType = ValType::$variant;

                fn lower(self) -> wasmi::Val {
                    wasmi::Val::$variant($lower(self))
                }

                fn lift(value: &wasmi::Val) -> Option<Self> {
                    if let wasmi::Val::$variant(value) = value { Some($lift(*value)) } else { None }
                }
            }

            impl WasmTy for $ty {}

            impl sealed::Tys for $ty {
                const TYPES: &'static [ValType] = &[<$ty as sealed::Ty>::TYPE];
                type Values = [wasmi::Val; 1];

                fn lower(self) -> Self::Values {
                    [sealed::Ty::lower(self)]
                }

                fn lift(values: &[wasmi::Val]) -> Option<Self> {
                    sealed::Ty::lift(values.first()?)
                }

                fn room() -> Self::Values {
                    [wasmi::Val::I32(0)]
                }
            }

            impl WasmParams for $ty {}
            impl WasmResults for $ty {}
        )*
    };
}

numbers! {
    i32: I32(identity, identity);
    u32: I32(u32::cast_signed, i32::cast_unsigned);
    i64: I64(identity, identity);
    u64: I64(u64::cast_signed, i64::cast_unsigned);
    f32: F32(wasmi::F32::from, f32::from);
    f64: F64(wasmi::F64::from, f64::from);
}

macro_rules! count {
    () => { 0 };
    ($first:ident $($rest:ident)*) => { 1 + count!($($rest)*) };
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: WasmTy),*> sealed::Tys for ($($name,)*) {
            const TYPES: &'static [ValType] = &[$($name::TYPE),*];
            type Values = [wasmi::Val; count!($($name)*)];

            fn lower(self) -> Self::Values {
                let ($($name,)*) = self;
                [$($name.lower()),*]
            }

            fn lift(values: &[wasmi::Val]) -> Option<Self> {
                let [$($name),*] = values else { return None };
                Some(($(<$name as sealed::Ty>::lift($name)?,)*))
            }

            fn room() -> Self::Values {
                [const { wasmi::Val::I32(0) }; count!($($name)*)]
            }
        }

        impl<$($name: WasmTy),*> WasmParams for ($($name,)*) {}
        impl<$($name: WasmTy),*> WasmResults for ($($name,)*) {}
    };
}

for_each_arity!(tuples);
