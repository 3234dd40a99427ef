//! Host functions that return later: closures that give futures.

#![expect(unsafe_code, reason = "the interpreter's functions use what their world keeps")]

use super::{
    Func,
    caller::Caller,
    host::{HostFunc, WasmRet, check_arity},
    typed::{WasmParams, later},
};
use crate::compartment::place;
use crate::error::Error;
use crate::store::as_context::AsContextMut;
use crate::types::func::FuncType;
use crate::values::Val;
use crate::world::{Suspension, SuspensionSlot, World, interruption::check, kept::Kept};
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
    /// it, and drops it when the call is given up.
    ///
    /// | engine | [`call_async`](Func::call_async) | [`call`](Func::call) | a call by a host function's [`Caller`] or a [`StoreGuard`](crate::StoreGuard) |
    /// |---|---|---|---|
    /// | without threads | is pending | [`Error::Suspended`] | as the others |
    /// | [with threads](crate::Config::threads) | is pending | polls the future again and again | [`Error::WouldDeadlock`] |
    ///
    /// # Errors
    ///
    /// As for [`Func::wrap`].
    ///
    /// ```
    /// use core::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// use vellum::{Caller, Config, Engine, Func, Store};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let mut store = Store::new(&Engine::new(&Config::new())?, 40);
    /// let add = Func::wrap_async(&mut store, |caller: Caller<'_, i32>, (n,): (i32,)| {
    ///     let base = *caller.data();
    ///     Box::new(async move { base + n })
    /// })?;
    /// let add = add.typed::<i32, i32>(&store)?;
    /// // An executor awaits it.
    /// let sum = pin!(add.call_async(&mut store, 2));
    /// let sum = sum.poll(&mut Context::from_waker(Waker::noop()));
    /// assert!(matches!(sum, Poll::Ready(Ok(42))));
    /// # Ok(())
    /// # }
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
        wasmi::Func::new(store, ty, move |mut caller: wasmi::Caller<'_, World>, params, _| {
            place::host!(|| {
                let slot = caller.data_mut().suspension.shared();
                let params = later::params(params).ok_or(Error::WrongType)?;
                let work = Box::into_pin(func(Caller::new(caller), params));
                Err(suspend(&slot, async { Ok(later::results(work.await.into_results()?)) }))
            })
        })
    })
}

/// A host function of a type known at run time.
pub(crate) fn untyped<T: Send + 'static>(
    ty: FuncType,
    func: impl Fn(Caller<'_, T>, &[Val]) -> Later<Result<Vec<Val>, Error>> + Send + Sync + 'static,
) -> Result<HostFunc, Error> {
    let func = Arc::new((check_arity(ty)?, func));
    Ok(HostFunc::new(move |store| {
        // SAFETY: the store's world keeps this closure, which owns the function.
        let kept = unsafe { Kept::of(&func) };
        let (ty, _) = &*kept;
        let call = move |mut caller: wasmi::Caller<'_, World>,
                         params: &[wasmi::Val],
                         _: &mut [wasmi::Val]| {
            place::host!(|| {
                let (_, func) = &*kept;
                let slot = caller.data_mut().suspension.shared();
                let id = caller.data().session.id;
                let params: Vec<Val> =
                    params.iter().map(|value| Val::from_wasmi(value, id)).collect();
                let work = Box::into_pin(func(Caller::new(caller), &params));
                Err(suspend(&slot, async move {
                    work.await?.iter().map(|value| value.to_wasmi(id)).collect()
                }))
            })
        };
        wasmi::Func::new(store, ty.to_wasmi(), call)
    }))
}

/// Suspends a guest until `work` has the results of the function that it called.
fn suspend(
    slot: &SuspensionSlot,
    work: impl Future<Output = Result<Vec<wasmi::Val>, Error>> + Send + 'static,
) -> Error {
    slot.suspend(Suspension::Work(Box::pin(work)))
}

impl<T: Send + 'static> Caller<'_, T> {
    /// Puts the guest to sleep until `future` has the results of the function that it called. The host
    /// function returns the error that this gives.
    ///
    /// For futures that wait for a time of the [platform](crate::Config::platform)'s clock, and are
    /// polled as those of [`Func::wrap_async`] are: a call that [blocks](Func::call) leaves the core idle
    /// between polls, where the platform has a clock. A host function that knows what to return need not
    /// sleep.
    ///
    /// ```
    /// # #[cfg(all(feature = "threads", feature = "std"))] {
    /// use std::{future::poll_fn, task::Poll, time::Duration};
    /// use vellum::{Caller, Config, Engine, Func, Store};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(Config::new().threads(true))?;
    /// let mut store = Store::new(&engine, ());
    /// let delay = Func::wrap(&mut store, |mut caller: Caller<'_, ()>, milliseconds: u32| {
    ///     if milliseconds == 0 {
    ///         return Ok(0);
    ///     }
    ///     let platform = caller.engine().platform();
    ///     let now = || platform.now().unwrap_or_default().0;
    ///     let end = now() + u64::from(milliseconds) * 1_000_000;
    ///     Err(caller.sleep(poll_fn(move |context| {
    ///         if now() < end {
    ///             context.waker().wake_by_ref();
    ///             return Poll::Pending;
    ///         }
    ///         Poll::Ready(1)
    ///     })))
    /// })?;
    /// let delay = delay.typed::<u32, i32>(&store)?;
    /// assert_eq!(delay.call(&mut store, 0)?, 0);
    /// assert_eq!(delay.call(&mut store, 2)?, 1);
    /// # Ok(())
    /// # }
    /// # main().unwrap() }
    /// ```
    pub fn sleep<R: WasmRet + 'static>(
        &mut self,
        future: impl Future<Output = R> + Send + 'static,
    ) -> Error {
        let world = self.inner.data_mut();
        let work = Box::pin(async { Ok(later::results(future.await.into_results()?)) });
        // Only where the platform has a clock does something end its idleness in time.
        let has_clock = world.engine.config().platform.now().is_some();
        let suspension = if has_clock { Suspension::Sleep } else { Suspension::Work };
        world.suspension.shared().suspend(suspension(work))
    }

    /// Whether what calls the guest waits for a guest that [sleeps](Self::sleep). Else it blocks, on an
    /// engine without threads.
    pub(crate) fn can_sleep(&self) -> bool {
        let world = self.inner.data();
        world.engine.has_threads() || world.is_polled
    }

    /// Blocks while `is_waiting`, unless the guest is to stop before. Only for a platform with a clock,
    /// which ends its idleness in time.
    ///
    /// # Errors
    ///
    /// What the guest is to end with.
    pub(crate) fn wait_while(&mut self, mut is_waiting: impl FnMut() -> bool) -> Result<(), Error> {
        let world = self.inner.data();
        while is_waiting() {
            check(world.session.interruption.as_ref())?;
            world.engine.platform().idle();
        }
        Ok(())
    }
}
