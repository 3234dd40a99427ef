//! Threads that a guest starts: each an instance of its own of the same module, in a session of its
//! own, driven by the call in which it was started.

use super::call::{Call, Progress, step};
use crate::error::Error;
use crate::threads_feature::Threads;
use crate::values::buffer::Values;
use crate::world::{
    SharedWorld,
    abandoned::Abandoned,
    session::{Session, StartedThread, ThreadInstance},
};
use alloc::{boxed::Box, vec::Vec};
use core::{mem, task::Waker};
use wasmi::Val;

/// A started thread.
pub(crate) struct Thread {
    _proof: Threads,
    session: Box<Session>,
    call: Call,
    params: Values,
    /// What is to be called when the present call has finished.
    next: Option<(wasmi::Func, Values)>,
    /// The instance that the thread occupies.
    instance: ThreadInstance,
}

impl Thread {
    /// Begins the call of a thread that was started.
    pub(super) fn begin(started: StartedThread) -> Self {
        let StartedThread { threads, session, stack, start, entry, arguments, instance } = started;
        let arguments = Values::of(&arguments.map(Val::I32));
        let (first, params, next) = match start {
            Some(start) => (start, Values::of(&[]), Some((entry, arguments))),
            None => (entry, arguments, None),
        };
        Self { _proof: threads, session, call: Call::on(stack, first), params, next, instance }
    }

    /// Runs a slice of the thread, on the fuel of its program.
    pub(crate) fn step(
        &mut self,
        shared: &SharedWorld,
        program: &mut Session,
        waker: &Waker,
    ) -> Result<Progress, Error> {
        let Self { session, call, params, next, .. } = self;
        program.lend(session);
        let progress = step(shared, session, call, params.as_slice(), &mut [], waker);
        program.lend(session);
        #[cfg(feature = "backtrace")]
        if progress.is_err() {
            program.fails_by(session);
        }
        match (progress?, next.take()) {
            (Progress::Finished, Some((entry, arguments))) => {
                call.restart(entry);
                *params = arguments;
                Ok(Progress::Ran)
            }
            (progress, waiting) => {
                *next = waiting;
                Ok(progress)
            }
        }
    }

    pub(crate) fn call(&self) -> &Call {
        &self.call
    }

    /// The threads that this one has started meanwhile.
    pub(crate) fn started(&mut self) -> Vec<StartedThread> {
        mem::take(&mut self.session.started)
    }

    /// Leaves the instance of a thread that has finished to the next one.
    pub(crate) fn retire(self, shared: &SharedWorld) -> Result<(), Error> {
        let mut world = shared.lock().inspect_err(|_| shared.give_up_later(Abandoned::Thread))?;
        let world = world.inner.data_mut();
        world.threads -= 1;
        world.idle.push(self.instance);
        Ok(())
    }

    /// Gives the thread up, wherever it is. Its instance is in no state to be used again.
    pub(crate) fn abandon(&mut self, leave: &mut impl FnMut(Abandoned)) {
        leave(Abandoned::Thread);
        self.call.abandon(leave);
        self.session.started.iter().for_each(|_| leave(Abandoned::Thread));
    }
}
