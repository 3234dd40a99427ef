//! A guest's call, a slice at a time.

use crate::compartment::{inside::Inside, place::Place};
use crate::engine::{Engine, StackClaim};
use crate::error::Error;
use crate::types::func::FuncType;
use crate::world::{
    SharedWorld, StoreMut, Suspension, abandoned::Abandoned, fuel, interruption, session::Session,
    session_guard::SessionGuard,
};
use alloc::{boxed::Box, vec::Vec};
use core::{mem, task::Poll, task::Waker};
use wasmi::{AsContextMut as _, ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, Val};

/// A call that was begun, and has the stack it runs on.
pub(crate) struct Call {
    func: wasmi::Func,
    state: State,
    _stack: StackClaim,
}

enum State {
    New,
    /// The slice is used up.
    Spent(Inside<Option<ResumableCallOutOfFuel>>),
    /// The function that the guest called returns later, or has returned by now; without a guest it is
    /// the one that the call is of.
    Suspended(Inside<Option<ResumableCallHostTrap>>, Option<Suspension>),
    Over,
}

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// To its end.
    Finished,
    /// To the end of the slice.
    Ran,
    /// Not at all: what it is suspended for has not come.
    Suspended,
}

impl Call {
    /// Prepares to call `func`, of which nothing is run yet.
    pub(crate) fn new(engine: &Engine, func: wasmi::Func) -> Result<Self, Error> {
        Ok(Self::on(engine.enter()?, func))
    }

    /// As [`Call::new`], on a stack that was claimed before.
    pub(crate) fn on(stack: StackClaim, func: wasmi::Func) -> Self {
        Self { func, state: State::New, _stack: stack }
    }

    /// Begins another call on the same stack.
    pub(crate) fn restart(&mut self, func: wasmi::Func) {
        self.func = func;
        self.state = State::New;
    }

    /// Asks what the guest is suspended for for the values that it goes on with. Not to be called under
    /// the world's lock, which a host function may need, also to be dropped.
    pub(crate) fn poll(&mut self, waker: &Waker) -> Option<Poll<Result<Vec<Val>, Error>>> {
        let State::Suspended(_, suspension) = &mut self.state else { return None };
        let values = match suspension {
            // That is asked under the lock.
            None | Some(Suspension::Wait { .. }) => return None,
            Some(suspension) => suspension.poll(waker),
        };
        if values.is_ready() {
            *suspension = None;
        }
        Some(values)
    }

    /// Runs a slice of the call, if it can go on; `values` are those of [`Call::poll`].
    ///
    /// An error ends the call.
    pub(crate) fn step(
        &mut self,
        store: &mut StoreMut<'_>,
        values: Option<&[Val]>,
        params: &[Val],
        results: &mut [Val],
        waker: Option<&Waker>,
    ) -> Result<Progress, Error> {
        let place = store.data().engine.place().clone();
        let stopped = match mem::replace(&mut self.state, State::Over) {
            State::New => {
                let func = self.func;
                run(store, &place, 1, |store| func.call_resumable(store, params, results))
            }
            State::Spent(mut spent) => {
                let required = spent.as_ref().map_or(1, |spent| spent.required_fuel());
                run(store, &place, required, |store| match spent.take() {
                    Some(spent) => spent.resume(store, results),
                    None => Ok(ResumableCall::Finished),
                })
            }
            State::Suspended(mut trap, suspension) => {
                let ended;
                let (values, is_checked) = match &suspension {
                    Some(Suspension::Wait { ticket, time }) => {
                        match store.data_mut().poll(ticket, waker)? {
                            Poll::Ready(result) => {
                                ended = [Val::I32(time.ended(result)? as i32)];
                                (Some(ended.as_slice()), true)
                            }
                            Poll::Pending => (None, true),
                        }
                    }
                    _ => (values, false),
                };
                let Some(values) = values else {
                    self.state = State::Suspended(trap, suspension);
                    return Ok(Progress::Suspended);
                };
                let func = trap.as_ref().map_or(self.func, |trap| trap.host_func());
                if !is_checked {
                    check(&func.ty(&*store), values)?;
                }
                if trap.is_none() {
                    results.clone_from_slice(values);
                    return Ok(Progress::Finished);
                }
                run(store, &place, 1, |store| match trap.take() {
                    Some(trap) => trap.resume(store, values, results),
                    None => Ok(ResumableCall::Finished),
                })
            }
            State::Over => return Err(Error::Internal("the call is over")),
        };
        self.state = match stopped? {
            Stopped::Finished => return Ok(Progress::Finished),
            Stopped::Spent(spent) => State::Spent(Inside::new(&place, Some(spent))),
            Stopped::Suspended(trap) => {
                let trap = Inside::new(&place, trap);
                let suspension = store.data().suspension.take().ok_or(Error::Suspended)?;
                State::Suspended(trap, Some(suspension))
            }
        };
        Ok(Progress::Ran)
    }

    /// Gives up the call, and tells of a wait that it began.
    pub(crate) fn abandon(&mut self, leave: &mut impl FnMut(Abandoned)) {
        let state = mem::replace(&mut self.state, State::Over);
        if let State::Suspended(_, Some(Suspension::Wait { ticket, .. })) = state {
            leave(Abandoned::Wait(ticket));
        }
    }

    fn suspension(&self) -> Option<&Suspension> {
        match &self.state {
            State::Suspended(_, suspension) => suspension.as_ref(),
            _ => None,
        }
    }

    /// Whether the guest waits without a time limit.
    pub(crate) fn waits_forever(&self) -> bool {
        self.suspension().is_some_and(Suspension::waits_forever)
    }

    /// Whether the guest waits until some time.
    pub(crate) fn has_time_limit(&self) -> bool {
        self.suspension().is_some_and(Suspension::has_time_limit)
    }

    /// Whether a host function is working for the guest.
    pub(crate) fn awaits_work(&self) -> bool {
        matches!(self.suspension(), Some(Suspension::Work(_)))
    }

    /// Whether giving up the call leaves something behind in the world.
    pub(crate) fn is_in_queue(&self) -> bool {
        matches!(self.suspension(), Some(Suspension::Wait { .. }))
    }
}

/// Where a guest has stopped.
enum Stopped {
    Finished,
    Spent(ResumableCallOutOfFuel),
    /// For what a host function returns later, which a guest called, or the call itself.
    Suspended(Option<ResumableCallHostTrap>),
}

/// Runs the interpreter for a slice of at least so much fuel.
fn run<'s>(
    store: &mut StoreMut<'s>,
    place: &Place,
    required: u64,
    f: impl FnOnce(&mut StoreMut<'s>) -> Result<ResumableCall, wasmi::Error>,
) -> Result<Stopped, Error> {
    fuel::load(store, required)?;
    let stopped = place.attempt(|| {
        let (suspended, error) = match f(store) {
            Ok(ResumableCall::Finished) => return Ok(Stopped::Finished),
            Ok(ResumableCall::OutOfFuel(spent)) => return Ok(Stopped::Spent(spent)),
            Ok(ResumableCall::HostTrap(trap)) => {
                let error = place.error(trap.host_error());
                (Some(trap), error)
            }
            Err(error) => (None, store.data_mut().failure(&error)),
        };
        match error {
            Error::Suspended => Ok(Stopped::Suspended(suspended)),
            error => Err(error),
        }
    });
    fuel::unload(store);
    stopped
}

/// Refuses values that a function of type `ty` does not return.
pub(super) fn check(ty: &wasmi::FuncType, values: &[Val]) -> Result<(), Error> {
    if values.iter().map(Val::ty).eq(ty.results().iter().copied()) {
        return Ok(());
    }
    Err(Error::WrongArguments(FuncType::from_wasmi(ty)))
}

/// A store while one more of its calls can't be suspended.
struct Nested<'a>(StoreMut<'a>);

impl<'a> Nested<'a> {
    fn new(store: &'a mut StoreMut<'_>) -> Self {
        store.data_mut().uninterrupted += 1;
        Self(store.as_context_mut())
    }
}

impl Drop for Nested<'_> {
    fn drop(&mut self) {
        self.0.data_mut().uninterrupted -= 1;
    }
}

/// Runs a call to its end under a lock that is held already: by a host function, or by a
/// [`StoreGuard`](crate::StoreGuard).
pub(crate) fn uninterrupted(
    store: &mut StoreMut<'_>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let engine = store.data().engine.clone();
    let mut call = Call::new(&engine, func)?;
    let outer = store.get_fuel().unwrap_or_default();
    let before = store.data().session.started.len();
    fuel::unload(store);
    let result = {
        let mut nested = Nested::new(store);
        loop {
            if let Err(error) = interruption::check(nested.0.data().session.interruption.as_ref()) {
                break Err(error);
            }
            match call.step(&mut nested.0, None, params, results, None) {
                Ok(Progress::Finished) => break Ok(()),
                Ok(Progress::Ran) => {}
                Ok(Progress::Suspended) => break Err(Error::WouldDeadlock),
                Err(error) => break Err(error),
            }
        }
    };
    // Threads end with the call in which they were started.
    let started = store.data_mut().session.started.split_off(before);
    let leave = &mut |left| store.data_mut().give_up(left);
    call.abandon(leave);
    started.iter().for_each(|_| leave(Abandoned::Thread));
    fuel::give_back(store, outer);
    result
}

/// Runs a slice of a call of `session`.
pub(super) fn step(
    shared: &SharedWorld,
    session: &mut Box<Session>,
    call: &mut Call,
    params: &[Val],
    results: &mut [Val],
    waker: &Waker,
) -> Result<Progress, Error> {
    shared.engine.place().check()?;
    let values = match call.poll(waker) {
        Some(Poll::Pending) => return Ok(Progress::Suspended),
        Some(Poll::Ready(values)) => Some(values?),
        None => None,
    };
    if let Some(interruption) = &session.interruption {
        shared.await_turn(interruption)?;
    }
    let mut entered = SessionGuard::locked(shared, session)?;
    call.step(&mut entered.store(), values.as_deref(), params, results, Some(waker))
}
