//! Calls that leave a backtrace when they fail.

use crate::error::Error;
use crate::store::{context::StoreContextMut, view::ViewMut};
use crate::world::{StoreMut, shadow};

/// A store while a call of it runs. When the call is over, by a failure or because its future is dropped, the
/// shadow stacks are as they were.
pub(super) struct Watched<'c, 'a, T: Send + 'static> {
    pub(super) context: &'c mut StoreContextMut<'a, T>,
    /// How many calls this one is inside of. None if no module is instrumented, or the call has returned.
    call: Option<usize>,
}

impl<'c, 'a, T: Send + 'static> Watched<'c, 'a, T> {
    #[inline(always)]
    pub(super) fn new(context: &'c mut StoreContextMut<'a, T>) -> Self {
        let is_instrumented = context.session_mut().is_instrumented;
        let call = if is_instrumented { begun(context.view_mut()) } else { None };
        Self { context, call }
    }

    /// Takes down the backtrace of a call that has failed.
    #[inline(always)]
    pub(super) fn ended(mut self, result: Result<(), Error>) -> Result<(), Error> {
        let Some(call) = self.call else { return result };
        match &result {
            Ok(()) => {
                self.call = None;
                end(self.context.view_mut(), call, false);
            }
            Err(error) => failed(self.context.view_mut(), error),
        }
        result
    }
}

impl<T: Send + 'static> Drop for Watched<'_, '_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            end(self.context.view_mut(), call, true);
        }
    }
}

/// Forgets the last backtrace, and notes the sizes of the shadow stacks.
#[cold]
#[inline(never)]
fn begun(view: &mut ViewMut<'_>) -> Option<usize> {
    view.session_mut().backtrace = None;
    change(view, shadow::begin)
}

#[cold]
#[inline(never)]
fn failed(view: &mut ViewMut<'_>, error: &Error) {
    let found = change(view, |store| shadow::backtrace(store, Some(error))).flatten();
    let session = view.session_mut();
    // That of a call inside this one tells more, if this one failed by it.
    let inner = session.backtrace.take();
    let inner = inner.filter(|inner| found.as_ref().is_none_or(|it| inner.is_inside(it)));
    session.backtrace = inner.or(found);
    session.failed = None;
}

#[cold]
#[inline(never)]
fn end(view: &mut ViewMut<'_>, call: usize, failed: bool) {
    change(view, |store| shadow::end(store, call, failed));
}

/// Does something with the store, unless it can't be reached any more.
fn change<R>(view: &mut ViewMut<'_>, f: impl FnOnce(&mut StoreMut<'_>) -> R) -> Option<R> {
    match view {
        ViewMut::Direct(store) => {
            #[cfg(feature = "compartments")]
            store.data().engine.place().check().ok()?;
            Some(f(store))
        }
        ViewMut::Member(..) | ViewMut::Locked(..) => Some(f(&mut view.enter().ok()?.store())),
    }
}
