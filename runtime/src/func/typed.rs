//! Functions whose type is known at compile time.
#![expect(non_snake_case, reason = "values bear the names of their type parameters")]

use super::{Func, arity::for_each_arity};
use crate::compartment::place::Place;
use crate::error::Error;
use crate::interruption_feature::Interruptible;
use crate::schedule::{
    run::{run, run_async},
    slices,
};
use crate::store::as_context::{AsContext, AsContextMut};
use crate::types::{func::FuncType, value::ValType};
use crate::world::StoreMut;
use alloc::boxed::Box;
use core::{convert::identity, fmt};
use wasmi::{TypedResumableCall, TypedResumableCallOutOfFuel};

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

/// The parameters of a [`TypedFunc`]: a number or a tuple of numbers.
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

/// The results of a [`TypedFunc`]: nothing, a number or a tuple of numbers.
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

/// A function of a store whose type is known at compile time: calling it checks nothing but the
/// store, and allocates nothing unless the guest traps, waits, is suspended, or calls a host function
/// that was made by [`Func::new`].
///
/// ```
/// use vellum::{Config, Engine, Func, Store};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let double = Func::wrap(&mut store, |n: i32| 2 * n)?;
/// let typed = double.typed::<i32, i32>(&store)?;
/// assert_eq!(typed.call(&mut store, 21)?, 42);
/// assert!(double.typed::<i64, i32>(&store).is_err());
/// # Ok(())
/// # }
/// ```
pub struct TypedFunc<Params, Results> {
    func: Func,
    inner: wasmi::TypedFunc<Params, Results>,
}

impl<Params, Results> fmt::Debug for TypedFunc<Params, Results> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedFunc").field("store", &self.func.store).finish_non_exhaustive()
    }
}

impl<Params, Results> Copy for TypedFunc<Params, Results> {}

impl<Params, Results> Clone for TypedFunc<Params, Results> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Params: WasmParams, Results: WasmResults> TypedFunc<Params, Results> {
    /// The function as one of this type; `name` is that of an export.
    pub(crate) fn new(
        func: Func,
        store: impl AsContext,
        name: Option<&str>,
    ) -> Result<Self, Error> {
        store.as_context().read(func.store, |store| match func.inner.typed(store) {
            Ok(inner) => Ok(Self { func, inner }),
            Err(_) => Err(mismatch(&func.inner.ty(store), name, Params::TYPES, Results::TYPES)),
        })?
    }

    /// The function without its type.
    pub fn func(&self) -> &Func {
        &self.func
    }

    /// Calls the function, and blocks until it returns.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the function belongs to another store, [`Error::Trap`],
    /// [`Error::OutOfFuel`], [`Error::LimitExceeded`] when the engine has no stack left, or
    /// whatever a host function returned. On an engine with threads as for [`Func::call`].
    pub fn call(&self, mut store: impl AsContextMut, params: Params) -> Result<Results, Error> {
        let mut context = store.as_context_mut();
        context.check(self.func.store)?;
        let Some(store) = context.undivided() else {
            let mut results = Results::room();
            run(&mut context, self.func.inner, params.lower().as_ref(), results.as_mut())?;
            return lifted(results.as_ref());
        };
        let active = store.data().engine.enter()?;
        let place = active.place();
        let result = place.attempt(|| {
            let outer = slices::begin(store)?;
            let result = match self.inner.call_resumable(&mut *store, params) {
                Ok(TypedResumableCall::Finished(results)) => Ok(results),
                Ok(TypedResumableCall::OutOfFuel(_)) if Interruptible::POSSIBLE.is_none() => {
                    Err(Error::OutOfFuel)
                }
                Ok(TypedResumableCall::OutOfFuel(call)) => go_on(store, place, call),
                Ok(TypedResumableCall::HostTrap(call)) => Err(place.error(call.host_error())),
                Err(error) => Err(store.data_mut().failure(&error)),
            };
            slices::end(store, outer);
            result
        });
        result.map_err(|error| store.data().suspension.drop_with(error))
    }

    /// Calls the function as a future: see [`Func::call_async`].
    ///
    /// # Errors
    ///
    /// As for [`TypedFunc::call`].
    pub async fn call_async(
        &self,
        mut store: impl AsContextMut,
        params: Params,
    ) -> Result<Results, Error> {
        let mut context = store.as_context_mut();
        context.check(self.func.store)?;
        let (params, mut results) = (params.lower(), Results::room());
        run_async(&mut context, self.func.inner, params.as_ref(), results.as_mut()).await?;
        lifted(results.as_ref())
    }
}

/// Goes on with a call whose slice is used up.
#[cold]
#[inline(never)]
fn go_on<Results: WasmResults>(
    store: &mut StoreMut<'_>,
    place: &Place,
    mut call: TypedResumableCallOutOfFuel<Results>,
) -> Result<Results, Error> {
    loop {
        slices::next(store, call.required_fuel())?;
        match call.resume(&mut *store) {
            Ok(TypedResumableCall::Finished(results)) => return Ok(results),
            Ok(TypedResumableCall::OutOfFuel(spent)) => call = spent,
            Ok(TypedResumableCall::HostTrap(call)) => return Err(place.error(call.host_error())),
            Err(error) => return Err(store.data_mut().failure(&error)),
        }
    }
}

/// The error of a function that has another type than was asked for.
#[cold]
fn mismatch(
    found: &wasmi::FuncType,
    name: Option<&str>,
    params: &[ValType],
    results: &[ValType],
) -> Error {
    let found = FuncType::from_wasmi(found);
    let Some(name) = name else { return Error::WrongArguments(found) };
    let expected = FuncType::new(params.iter().copied(), results.iter().copied());
    Error::IncompatibleFunc {
        name: name.into(),
        expected: Box::new(expected),
        found: Box::new(found),
    }
}

/// Values of functions that return later.
pub(super) mod later {
    use super::{WasmParams, WasmResults};
    use alloc::vec::Vec;

    /// The parameters, if they are of their types.
    pub(in crate::func) fn params<Params: WasmParams>(values: &[wasmi::Val]) -> Option<Params> {
        Params::lift(values)
    }

    /// The results as values.
    pub(in crate::func) fn results<Results: WasmResults>(results: Results) -> Vec<wasmi::Val> {
        results.lower().as_ref().to_vec()
    }
}

fn lifted<Results: WasmResults>(results: &[wasmi::Val]) -> Result<Results, Error> {
    Results::lift(results).ok_or(Error::WrongType)
}
