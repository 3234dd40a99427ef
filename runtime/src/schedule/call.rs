//! A guest's call, a slice at a time.

use super::suspend::{Pending, PolledValues};
use crate::engine::{Engine, StackClaim};
use crate::error::{Error, convert};
use crate::types::func::FuncType;
use crate::values::buffer::Values;
use crate::world::{
    SharedWorld, StoreMut, fuel,
    parking::{Abandoned, Parking},
    session::Session,
    session_guard::SessionGuard,
};
use alloc::boxed::Box;
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
    Spent(ResumableCallOutOfFuel),
    /// The guest waits for a notification.
    Parked(ResumableCallHostTrap, Parking),
    /// A host function will return later, or has returned by now.
    Suspended(ResumableCallHostTrap, Option<Pending>),
    /// The same of a host function that was called without a guest.
    Direct(Option<Pending>),
    Over,
}

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// To its end.
    Finished,
    /// To the end of the slice.
    Ran,
    /// Not at all: it waits for a notification.
    Parked,
    /// Not at all: it waits for a host function.
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

    /// Asks the host function that suspended the guest, if one did, for its values. Not to be called
    /// under the world's lock, which the function may need, also to be dropped.
    pub(crate) fn pending(&mut self, waker: &Waker) -> Option<PolledValues> {
        let (State::Suspended(_, pending) | State::Direct(pending)) = &mut self.state else {
            return None;
        };
        let answer = pending.as_mut()?.poll(waker);
        if answer.is_ready() {
            *pending = None;
        }
        Some(answer)
    }

    /// Runs a slice of the call, if it can go on; `values` are those of [`Call::pending`].
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
        let ran = match mem::replace(&mut self.state, State::Over) {
            State::New => {
                fuel::load(store, 1)?;
                self.func.call_resumable(&mut *store, params, results)
            }
            State::Spent(call) => {
                fuel::load(store, call.required_fuel())?;
                call.resume(&mut *store, results)
            }
            State::Parked(trap, wait) => match store.data_mut().poll(&wait.ticket, waker)? {
                Poll::Pending => {
                    self.state = State::Parked(trap, wait);
                    return Ok(Progress::Parked);
                }
                Poll::Ready(result) => {
                    let result = wait.time.ended(result)?;
                    fuel::load(store, 1)?;
                    trap.resume(&mut *store, &[Val::I32(result as i32)], results)
                }
            },
            State::Suspended(trap, pending) => match values {
                None => {
                    self.state = State::Suspended(trap, pending);
                    return Ok(Progress::Suspended);
                }
                Some(values) => {
                    check(&trap.host_func().ty(&*store), values)?;
                    fuel::load(store, 1)?;
                    trap.resume(&mut *store, values, results)
                }
            },
            State::Direct(pending) => match values {
                None => {
                    self.state = State::Direct(pending);
                    return Ok(Progress::Suspended);
                }
                Some(values) => {
                    check(&self.func.ty(&*store), values)?;
                    results.clone_from_slice(values);
                    return Ok(Progress::Finished);
                }
            },
            State::Over => return Err(Error::Internal("the call is over")),
        };
        fuel::unload(store);
        match ran {
            Ok(ResumableCall::Finished) => return Ok(Progress::Finished),
            Ok(ResumableCall::OutOfFuel(call)) => self.state = State::Spent(call),
            Ok(ResumableCall::HostTrap(trap)) => match store.data_mut().parking.take() {
                Some(wait) => self.state = State::Parked(trap, wait),
                None => {
                    let pending = Pending::of(convert::call(trap.host_error()))?;
                    self.state = State::Suspended(trap, Some(pending));
                }
            },
            Err(error) => {
                // A wait that the embedder called itself is none.
                if let Some(wait) = store.data_mut().parking.take() {
                    store.data_mut().give_up(Abandoned::Wait(wait.ticket));
                }
                self.state = State::Direct(Some(Pending::of(convert::call(&error))?));
            }
        }
        Ok(Progress::Ran)
    }

    /// Gives up the call, and tells of a wait that it began.
    pub(crate) fn abandon(&mut self, leave: &mut impl FnMut(Abandoned)) {
        if let State::Parked(_, wait) = mem::replace(&mut self.state, State::Over) {
            leave(Abandoned::Wait(wait.ticket));
        }
    }

    /// Whether the guest waits without a time limit.
    pub(crate) fn waits_forever(&self) -> bool {
        match &self.state {
            State::Parked(_, wait) => !wait.time.is_limited(),
            State::Suspended(_, Some(Pending::Remote(wait))) => wait.waits_forever(),
            _ => false,
        }
    }

    /// Whether the guest waits until some time.
    pub(crate) fn has_time_limit(&self) -> bool {
        match &self.state {
            State::Parked(_, wait) => wait.time.limit().is_some(),
            State::Suspended(_, Some(Pending::Remote(wait))) => wait.has_time_limit(),
            _ => false,
        }
    }

    /// Whether a host function is working for the guest.
    pub(crate) fn is_suspended(&self) -> bool {
        matches!(
            self.state,
            State::Suspended(_, Some(Pending::Host(_))) | State::Direct(Some(Pending::Host(_)))
        )
    }

    /// Whether giving up the call leaves something behind in the world.
    pub(crate) fn is_parked(&self) -> bool {
        matches!(self.state, State::Parked(..))
    }
}

/// Refuses values that a function of type `ty` does not return.
fn check(ty: &wasmi::FuncType, values: &[Val]) -> Result<(), Error> {
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
            match call.step(&mut nested.0, None, params, results, None) {
                Ok(Progress::Finished) => break Ok(()),
                Ok(Progress::Ran) => {}
                Ok(Progress::Parked | Progress::Suspended) => break Err(Error::WouldDeadlock),
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
    let id = session.id;
    let values = match call.pending(waker) {
        Some(Poll::Pending) => return Ok(Progress::Suspended),
        Some(Poll::Ready(values)) => Some(Values::arguments(&values?, id)?),
        None => None,
    };
    let mut entered = SessionGuard::locked(shared, session)?;
    let values = values.as_ref().map(Values::as_slice);
    call.step(&mut entered.store(), values, params, results, Some(waker))
}
