//! Host functions that return later: closures that give futures.

#![expect(unsafe_code, reason = "the interpreter's functions use what their world keeps")]

use super::{
    Func,
    caller::Caller,
    host::{self, HostFunc, WasmRet},
    typed::{WasmParams, later},
};
use crate::compartment::place;
use crate::error::Error;
use crate::store::as_context::AsContextMut;
use crate::types::func::FuncType;
use crate::values::Val;
use crate::world::{World, kept::Kept};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::future::Future;

/// What an asynchronous host function is working on.
pub(crate) type Later<R> = Box<dyn Future<Output = R> + Send>;

impl Func {
    /// Makes a host function of a closure that gives a future: its guest is suspended until the future
    /// has the results.
    ///
    /// The parameters come as a tuple. The store is in reach while the closure runs, and not while the
    /// future does: other guests of the engine go on meanwhile. The call that drives the guest polls
    /// it, and drops it when the call is given up; one that [blocks](Func::call) polls it again and
    /// again. Only a call of a store [with threads](crate::Config::threads) can be suspended: on other
    /// engines it ends with [`Error::Suspended`], and with [`Error::WouldDeadlock`] if a host function
    /// or a [`StoreGuard`](crate::StoreGuard) makes it.
    ///
    /// # Errors
    ///
    /// As for [`Func::wrap`].
    ///
    /// ```
    /// # #[cfg(feature = "threads")] {
    /// use vellum::{Caller, Config, Engine, Func, Store};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(Config::new().threads(true))?;
    /// let mut store = Store::new(&engine, 40);
    /// let add = Func::wrap_async(&mut store, |caller: Caller<'_, i32>, (n,): (i32,)| {
    ///     let base = *caller.data();
    ///     Box::new(async move { base + n })
    /// })?;
    /// assert_eq!(add.typed::<i32, i32>(&store)?.call(&mut store, 2)?, 42);
    /// # Ok(())
    /// # }
    /// # main().unwrap() }
    /// ```
    pub fn wrap_async<C: AsContextMut, Params: WasmParams, R: WasmRet + 'static>(
        mut store: C,
        func: impl Fn(Caller<'_, C::Data>, Params) -> Later<R> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let func = typed(func);
        store.as_context_mut().change(|store| func.make(store))?
    }

    /// As [`Func::wrap_async`], of a type known at run time: the future gives the results, all of the
    /// type declared. Others end the call with [`Error::WrongArguments`].
    ///
    /// # Errors
    ///
    /// As for [`Func::new`].
    pub fn new_async<C: AsContextMut>(
        mut store: C,
        ty: FuncType,
        func: impl Fn(Caller<'_, C::Data>, &[Val]) -> Later<Result<Vec<Val>, Error>>
        + Send
        + Sync
        + 'static,
    ) -> Result<Self, Error> {
        let func = untyped(ty, func)?;
        store.as_context_mut().change(|store| func.make(store))?
    }
}

/// A host function of a type known at compile time.
pub(crate) fn typed<T: Send + 'static, Params: WasmParams, R: WasmRet + 'static>(
    func: impl Fn(Caller<'_, T>, Params) -> Later<R> + Send + Sync + 'static,
) -> HostFunc {
    let func = Arc::new(func);
    HostFunc::new(move |store| {
        // SAFETY: the store's world keeps this closure, which owns the function.
        let func = unsafe { Kept::of(&func) };
        let params = <Params as wasmi::WasmTyList>::types();
        let results = <R::Results as wasmi::WasmTyList>::types();
        let ty = wasmi::FuncType::new(params, results);
        wasmi::Func::new(store, ty, move |caller: wasmi::Caller<'_, World>, params, _| {
            place::host(|| {
                let id = caller.data().session.id;
                let params = later::params(params).ok_or(Error::WrongType)?;
                let work = Box::into_pin(func(Caller::new(caller), params));
                Err(Error::suspend(
                    async move { Ok(later::results(work.await.into_results()?, id)) },
                ))
            })
        })
    })
}

/// A host function of a type known at run time.
pub(crate) fn untyped<T: Send + 'static>(
    ty: FuncType,
    func: impl Fn(Caller<'_, T>, &[Val]) -> Later<Result<Vec<Val>, Error>> + Send + Sync + 'static,
) -> Result<HostFunc, Error> {
    host::untyped(ty, move |caller: Caller<'_, T>, params, _| {
        Err(Error::suspend(Box::into_pin(func(caller, params))))
    })
}
