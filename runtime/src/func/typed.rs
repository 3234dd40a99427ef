//! Functions whose type is known at compile time.

use super::{
    Func,
    numbers::{WasmParams, WasmResults},
};
use crate::compartment::place::Place;
use crate::error::Error;
use crate::interruption_feature::Interruptible;
use crate::schedule::{
    run::{run, run_async},
    running::Running,
    slices,
};
use crate::store::as_context::{AsContext, AsContextMut};
use crate::types::{func::FuncType, value::ValType};
use crate::world::StoreMut;
use alloc::boxed::Box;
use core::fmt;
use wasmi::{TypedResumableCall, TypedResumableCallOutOfFuel};

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
        Running::new(store)?.attempt(|store, place| {
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
        })
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
