//! Calls of a store: blocking, and as futures.

#[cfg(feature = "backtrace")]
use super::watched::Watched;
use super::{
    alone,
    group::{Group, Round},
    running::Running,
    slices,
    uninterrupted::uninterrupted,
};
use crate::compartment::place::Place;
use crate::error::Error;
use crate::interruption_feature::Interruptible;
use crate::store::{context::StoreContextMut, view::ViewMut};
use crate::world::{StoreMut, World, member::Member, session_guard::SessionGuard};
use core::{future, task::Poll};
use wasmi::{AsContextMut as _, ResumableCall, ResumableCallOutOfFuel, Val};

/// Calls a function of the store, its arguments checked already.
pub(crate) fn run<T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    #[cfg(feature = "backtrace")]
    {
        let watched = Watched::new(context);
        let result = begin(watched.context, func, params, results);
        watched.ended(result)
    }
    #[cfg(not(feature = "backtrace"))]
    begin(context, func, params, results)
}

#[inline(always)]
fn begin<T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let mut running;
    let mut store = match context.view_mut() {
        ViewMut::Direct(store) => store.as_context_mut(),
        ViewMut::Member(member, _) => return block(member, func, params, results),
        ViewMut::Locked(locked, session, _) => {
            running = SessionGuard::lent(locked, session)?;
            running.store()
        }
    };
    direct(&mut store, func, params, results)
}

/// Calls a function of the store as a future, its arguments checked already.
pub(crate) async fn run_async<T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    #[cfg(feature = "backtrace")]
    {
        let watched = Watched::new(context);
        let result = begin_async(watched.context, func, params, results).await;
        watched.ended(result)
    }
    #[cfg(not(feature = "backtrace"))]
    begin_async(context, func, params, results).await
}

async fn begin_async<T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    match context.view_mut() {
        ViewMut::Member(member, _) => give_way(member, func, params, results).await,
        ViewMut::Direct(store) if !store.data().engine.config().has_threads() => {
            alone::run(store, func, params, results).await
        }
        _ => begin(context, func, params, results),
    }
}

/// Calls a function of a store in reach, its arguments checked already.
fn direct(
    store: &mut wasmi::StoreContextMut<'_, World>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    if store.data().engine.config().has_threads() {
        return uninterrupted(store, func, params, results);
    }
    // A resumable call reports spent fuel without allocating an error.
    Running::new(store)?.attempt(|store, place| {
        let outer = slices::begin(store)?;
        let result = match func.call_resumable(&mut *store, params, results) {
            Ok(ResumableCall::Finished) => Ok(()),
            Ok(ResumableCall::OutOfFuel(_)) if Interruptible::POSSIBLE.is_none() => {
                Err(Error::OutOfFuel)
            }
            Ok(ResumableCall::OutOfFuel(call)) => go_on(store, place, call, results),
            Ok(ResumableCall::HostTrap(call)) => Err(place.error(call.host_error())),
            Err(error) => Err(store.data_mut().failure(&error)),
        };
        slices::end(store, outer);
        result
    })
}

/// Goes on with a call whose slice is used up.
#[cold]
#[inline(never)]
fn go_on(
    store: &mut StoreMut<'_>,
    place: &Place,
    mut call: ResumableCallOutOfFuel,
    results: &mut [Val],
) -> Result<(), Error> {
    loop {
        slices::next(store, call.required_fuel())?;
        match call.resume(&mut *store, results) {
            Ok(ResumableCall::Finished) => return Ok(()),
            Ok(ResumableCall::OutOfFuel(spent)) => call = spent,
            Ok(ResumableCall::HostTrap(call)) => return Err(place.error(call.host_error())),
            Err(error) => return Err(store.data_mut().failure(&error)),
        }
    }
}

/// Calls `func` and blocks until it returns.
fn block(
    member: &mut Member,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    Group::new(member, func)?.run(params, results)
}

/// Calls `func`, giving way to other tasks after every round of slices.
async fn give_way(
    member: &mut Member,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let mut group = Group::new(member, func)?;
    future::poll_fn(|context| {
        let waker = context.waker();
        match group.round(params, results, waker) {
            Ok(Round::Finished) => Poll::Ready(Ok(())),
            Ok(Round::Ran) => {
                waker.wake_by_ref();
                Poll::Pending
            }
            Ok(Round::Waits) => match group.waits(waker) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            },
            Err(error) => Poll::Ready(Err(error)),
        }
    })
    .await
}
