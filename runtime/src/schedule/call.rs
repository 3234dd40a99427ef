//! A guest's call, a slice at a time.

use crate::compartment::inside::Inside;
use crate::engine::{Engine, StackClaim};
use crate::error::{Error, convert};
use crate::types::func::FuncType;
use crate::world::{
    SharedWorld, StoreMut, Suspension, abandoned::Abandoned, fuel, session::Session,
    session_guard::SessionGuard,
};
use alloc::{boxed::Box, vec::Vec};
use core::{mem, task::Poll, task::Waker};
use wasmi::{ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, Val};

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
        let Self { func, state, .. } = self;
        let required = match state {
            State::New => 1,
            State::Spent(spent) => spent.as_ref().map_or(1, |spent| spent.required_fuel()),
            State::Suspended(trap, suspension) => {
                let ended;
                let (values, is_checked) = match suspension {
                    Some(Suspension::Wait { ticket, time }) => {
                        match store.data_mut().poll(ticket, waker)? {
                            Poll::Ready(result) => {
                                let time = *time;
                                *suspension = None;
                                ended = [Val::I32(time.ended(result)? as i32)];
                                (Some(ended.as_slice()), true)
                            }
                            Poll::Pending => (None, true),
                        }
                    }
                    _ => (values, false),
                };
                let Some(values) = values else { return Ok(Progress::Suspended) };
                let func = trap.as_ref().map_or(*func, |trap| trap.host_func());
                if !is_checked {
                    check(&func.ty(&*store), values)?;
                }
                return self.give(store, values, results);
            }
            State::Over => return Err(OVER),
        };
        let func = *func;
        run(store, state, required, |store, state| match state {
            State::Spent(spent) => match spent.take() {
                Some(spent) => spent.resume(store, results),
                None => Err(convert::carry(OVER)),
            },
            _ => func.call_resumable(store, params, results),
        })
    }

    /// Goes on with what the function has returned for which the guest was suspended.
    fn give(
        &mut self,
        store: &mut StoreMut<'_>,
        values: &[Val],
        results: &mut [Val],
    ) -> Result<Progress, Error> {
        match &self.state {
            State::Suspended(trap, _) if trap.is_none() => {
                self.state = State::Over;
                results.clone_from_slice(values);
                Ok(Progress::Finished)
            }
            _ => run(store, &mut self.state, 1, |store, state| match state {
                State::Suspended(trap, _) => match trap.take() {
                    Some(trap) => trap.resume(store, values, results),
                    None => Err(convert::carry(OVER)),
                },
                _ => Err(convert::carry(OVER)),
            }),
        }
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

const OVER: Error = Error::Internal("the call is over");

/// Runs the interpreter for a slice of at least so much fuel, and notes where the guest has stopped. An error
/// ends the call.
fn run<'s>(
    store: &mut StoreMut<'s>,
    state: &mut State,
    required: u64,
    f: impl FnOnce(&mut StoreMut<'s>, &mut State) -> Result<ResumableCall, wasmi::Error>,
) -> Result<Progress, Error> {
    fuel::load(store, required)?;
    let place = store.data().engine.place().clone();
    let ran = place.attempt(|| {
        let (trap, error) = match f(store, state) {
            Ok(ResumableCall::Finished) => return Ok(Progress::Finished),
            Ok(ResumableCall::OutOfFuel(call)) => {
                match state {
                    State::Spent(spent) => **spent = Some(call),
                    _ => *state = State::Spent(Inside::new(&place, Some(call))),
                }
                return Ok(Progress::Ran);
            }
            Ok(ResumableCall::HostTrap(trap)) => {
                let error = place.error(trap.host_error());
                (Some(trap), error)
            }
            Err(error) => (None, store.data_mut().failure(&error)),
        };
        match error {
            Error::Suspended => {
                *state = State::Suspended(Inside::new(&place, trap), None);
                Ok(Progress::Suspended)
            }
            error => Err(error),
        }
    });
    fuel::unload(store);
    match (&ran, &mut *state) {
        (Ok(Progress::Ran), _) => return ran,
        (Ok(Progress::Suspended), State::Suspended(_, suspension)) => {
            *suspension = store.data().suspension.take();
            if suspension.is_some() {
                return Ok(Progress::Ran);
            }
        }
        _ => {}
    }
    *state = State::Over;
    match ran {
        Ok(Progress::Suspended) => Err(Error::Suspended),
        ended => ended,
    }
}

/// Refuses values that a function of type `ty` does not return.
pub(super) fn check(ty: &wasmi::FuncType, values: &[Val]) -> Result<(), Error> {
    if values.iter().map(Val::ty).eq(ty.results().iter().copied()) {
        return Ok(());
    }
    Err(Error::WrongArguments(FuncType::from_wasmi(ty)))
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
