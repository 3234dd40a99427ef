//! Host functions: closures of the embedder that guests call.
#![expect(non_snake_case, reason = "arguments bear the names of their type parameters")]
#![expect(unsafe_code, reason = "the interpreter's functions use what their world keeps")]

use super::{
    Func,
    arity::for_each_arity,
    caller::Caller,
    numbers::{WasmResults, WasmTy},
};
use crate::compartment::place::{host, outside};
use crate::error::Error;
use crate::types::func::FuncType;
use crate::values::{Val, buffer::Values};
use crate::world::{StoreMut, World, inside::inside, kept::Kept};
use alloc::{sync::Arc, vec::Vec};
use core::any::Any;

/// Makes the interpreter's function of a host function, once for each store, whose world keeps it.
trait Make: Any + Send + Sync {
    fn make(&self, store: &mut StoreMut<'_>) -> wasmi::Func;
}

impl<F: Fn(&mut StoreMut<'_>) -> wasmi::Func + Send + Sync + 'static> Make for F {
    fn make(&self, store: &mut StoreMut<'_>) -> wasmi::Func {
        self(store)
    }
}

/// A host function that can be put into any store of the same data. Cheap to clone.
#[derive(Clone)]
pub struct HostFunc(Arc<dyn Make>);

impl HostFunc {
    pub(super) fn new(
        make: impl Fn(&mut StoreMut<'_>) -> wasmi::Func + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(make))
    }

    /// The function as one of the store whose session has the world.
    pub(crate) fn make(&self, store: &mut StoreMut<'_>) -> Result<Func, Error> {
        store.data().engine.declares_types(1);
        store.data_mut().keep(Arc::clone(&self.0) as Arc<dyn Any + Send + Sync>);
        let inner = inside(store, |store| self.0.make(store))?;
        Ok(Func { store: store.data().session.id, inner })
    }
}

/// What a host function may return: nothing, a number, a tuple of numbers, or a `Result` of one
/// of these with [`Error`].
///
/// ```
/// use vellum::{Config, Engine, Error, Func, Store};
///
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let swap = Func::wrap(&mut store, |a: i32, b: i64| (b, a))?;
/// assert_eq!(swap.typed::<(i32, i64), (i64, i32)>(&store)?.call(&mut store, (1, 2))?, (2, 1));
/// let half = Func::wrap(&mut store, |a: u32| match a % 2 {
///     0 => Ok(a / 2),
///     _ => Err(Error::Exit(1)),
/// })?;
/// assert!(half.typed::<u32, u32>(&store)?.call(&mut store, 3).is_err());
/// # Ok::<(), vellum::Error>(())
/// ```
pub trait WasmRet: sealed::Ret {}

impl<R: sealed::Ret> WasmRet for R {}

mod sealed {
    use super::{Error, WasmResults};

    /// A result as the interpreter takes it.
    pub trait Ret {
        type Wasmi: wasmi::WasmRet;
        type Results: WasmResults;

        /// Calls a host function for a guest.
        fn call(func: impl FnOnce() -> Self) -> Self::Wasmi;

        fn into_results(self) -> Result<Self::Results, Error>;
    }
}

impl<R: WasmTy> sealed::Ret for R {
    type Wasmi = R;
    type Results = (R,);

    fn call(func: impl FnOnce() -> Self) -> R {
        outside(func)
    }

    fn into_results(self) -> Result<(R,), Error> {
        Ok((self,))
    }
}

impl<R: WasmTy> sealed::Ret for Result<R, Error> {
    type Wasmi = Result<R, wasmi::Error>;
    type Results = (R,);

    fn call(func: impl FnOnce() -> Self) -> Self::Wasmi {
        host!(func)
    }

    fn into_results(self) -> Result<(R,), Error> {
        self.map(|result| (result,))
    }
}

macro_rules! returns {
    ($($name:ident)*) => {
        impl<$($name: WasmTy),*> sealed::Ret for ($($name,)*) {
            type Wasmi = Self;
            type Results = Self;

            fn call(func: impl FnOnce() -> Self) -> Self {
                outside(func)
            }

            fn into_results(self) -> Result<Self, Error> {
                Ok(self)
            }
        }

        impl<$($name: WasmTy),*> sealed::Ret for Result<($($name,)*), Error> {
            type Wasmi = Result<($($name,)*), wasmi::Error>;
            type Results = ($($name,)*);

            fn call(func: impl FnOnce() -> Self) -> Self::Wasmi {
                host!(func)
            }

            fn into_results(self) -> Self {
                self
            }
        }
    };
}

for_each_arity!(returns);

/// A closure that can be a host function of stores of `T`: up to twelve numbers, with or without
/// a [`Caller`] before them.
///
/// ```
/// use vellum::{Caller, Config, Engine, Error, Func, Store};
///
/// let mut store = Store::new(&Engine::new(&Config::new())?, 40);
/// let plus = Func::wrap(&mut store, |caller: Caller<'_, i32>, more: i32| -> Result<i32, Error> {
///     Ok(*caller.data() + more)
/// })?;
/// assert_eq!(plus.typed::<i32, i32>(&store)?.call(&mut store, 2)?, 42);
/// # Ok::<(), vellum::Error>(())
/// ```
pub trait IntoFunc<T, Params, Results>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_host_func(self) -> HostFunc;
}

macro_rules! closures {
    ($($name:ident)*) => {
        impl<T, F, $($name,)* R> IntoFunc<T, ($($name,)*), R> for F
        where
            T: Send + 'static,
            F: Fn($($name),*) -> R + Send + Sync + 'static,
            $($name: WasmTy,)*
            R: WasmRet + 'static,
        {
            fn into_host_func(self) -> HostFunc {
                let func = Arc::new(self);
                HostFunc::new(move |store| {
                    // SAFETY: the store's world keeps this closure, which owns the function.
                    let func = unsafe { Kept::of(&func) };
                    wasmi::Func::wrap(store, move |$($name: $name),*| {
                        R::call(|| func($($name),*))
                    })
                })
            }
        }

        impl<T, F, $($name,)* R> IntoFunc<T, (Caller<'_, T>, $($name,)*), R> for F
        where
            T: Send + 'static,
            F: Fn(Caller<'_, T>, $($name),*) -> R + Send + Sync + 'static,
            $($name: WasmTy,)*
            R: WasmRet + 'static,
        {
            fn into_host_func(self) -> HostFunc {
                let func = Arc::new(self);
                HostFunc::new(move |store| {
                    // SAFETY: the store's world keeps this closure, which owns the function.
                    let func = unsafe { Kept::of(&func) };
                    wasmi::Func::wrap(
                        store,
                        move |caller: wasmi::Caller<'_, World>, $($name: $name),*| {
                            R::call(|| func(Caller::new(caller), $($name),*))
                        },
                    )
                })
            }
        }
    };
}

for_each_arity!(closures);

/// Parameters, and results, that the interpreter allows a function type to have.
const MAX_ARITY: usize = 1000;

/// Refuses a type that has more than 1,000 parameters or results.
pub(super) fn check_arity(ty: FuncType) -> Result<FuncType, Error> {
    if ty.params().len().max(ty.results().len()) > MAX_ARITY {
        return Err(Error::WrongArguments(ty));
    }
    Ok(ty)
}

/// A host function of a type known at run time.
///
/// # Errors
///
/// [`Error::WrongArguments`] when the type has more than 1,000 parameters or results.
pub(crate) fn untyped<T: Send + 'static>(
    ty: FuncType,
    func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
) -> Result<HostFunc, Error> {
    let func = Arc::new((check_arity(ty)?, func));
    Ok(HostFunc::new(move |store| {
        // SAFETY: the store's world keeps this closure, which owns the function.
        let kept = unsafe { Kept::of(&func) };
        let (ty, _) = &*kept;
        wasmi::Func::new(store, ty.to_wasmi(), move |caller, params, results| {
            host!(|| {
                let (ty, func) = &*kept;
                let id = caller.data().session.id;
                let params: Vec<Val> = params.iter().map(|v| Val::from_wasmi(v, id)).collect();
                let mut values: Vec<Val> =
                    ty.results().iter().map(|ty| Val::default_for_ty(*ty)).collect();
                func(Caller::new(caller), &params, &mut values)?;
                if !values.iter().map(Val::ty).eq(ty.results().iter().copied()) {
                    return Err(Error::WrongArguments(ty.clone()));
                }
                let values = Values::arguments(&values, id)?;
                for (result, value) in results.iter_mut().zip(values.as_slice()) {
                    *result = value.clone();
                }
                Ok(())
            })
        })
    }))
}
