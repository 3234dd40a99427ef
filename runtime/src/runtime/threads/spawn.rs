//! Threads that a guest starts: each an instance of its own of the same module, in a session of its
//! own, driven by the call in which it was started.

use super::call::{Call, Progress};
use super::errands::Left;
use super::group::step;
use super::seat::Shared;
use crate::runtime::admission::check_count;
use crate::runtime::arguments::Values;
use crate::runtime::instantiate::again;
use crate::runtime::world::{Session, World};
use crate::runtime::{Error, Limit};
use crate::threads_feature::Threads;
use alloc::{boxed::Box, vec::Vec};
use core::{any::Any, mem, task::Waker};
use wasmi::{AsContext as _, Val};

type Store<'a> = wasmi::StoreContextMut<'a, World>;

/// The export that a thread runs.
const ENTRY: &str = "wasi_thread_start";
/// Identifiers of threads that the convention allows.
const IDS: core::ops::Range<i32> = 1..0x2000_0000;

/// A started thread.
pub(crate) struct Thread {
    _proof: Threads,
    session: Box<Session>,
    call: Call,
    params: Values,
    /// What is to be called when the present call has finished.
    next: Option<(wasmi::Func, Values)>,
    /// The instance that the thread occupies.
    instance: Occupied,
}

/// An instance for a thread, and the entry of the instance of which it is another.
#[derive(Clone, Copy)]
pub(crate) struct Occupied {
    of: usize,
    inner: wasmi::Instance,
}

impl Thread {
    /// The entry of the instance whose threads the running session may start.
    pub(crate) fn program(world: &World) -> Option<usize> {
        world.session.program.or(world.session.starting)
    }

    /// Whether an instance has an entry point for threads.
    pub(crate) fn has_entry(
        store: wasmi::StoreContext<'_, World>,
        instance: &wasmi::Instance,
    ) -> bool {
        instance.get_func(store, ENTRY).is_some()
    }

    /// Prepares a thread of the program that runs, to be started in the caller's group, and gives its
    /// identifier.
    pub(crate) fn start(
        threads: Threads,
        store: &mut Store<'_>,
        user: Box<dyn Any + Send>,
        argument: i32,
    ) -> Result<i32, Error> {
        let world = store.data_mut();
        let of = Self::program(world).ok_or_else(|| Error::UnknownExport(ENTRY.into()))?;
        let maximum = world.engine.config().max_threads;
        check_count(Limit::Threads, maximum, world.threads, 1)?;
        let id = world.next_thread;
        world.next_thread = if id + 1 == IDS.end { IDS.start } else { id + 1 };
        // First of all, so that no instance is lost for want of a stack.
        let stack = world.engine.enter()?;
        let (instance, start) = match world.idle.iter().position(|idle| idle.of == of) {
            Some(index) => (world.idle.swap_remove(index), None),
            None => {
                let (inner, start) = again(store, of)?;
                (Occupied { of, inner }, start)
            }
        };
        let entry = instance.inner.get_func(store.as_context(), ENTRY);
        let entry = entry.ok_or_else(|| Error::UnknownExport(ENTRY.into()))?;
        let arguments = Values::of(&[Val::I32(id), Val::I32(argument)]);
        let (first, params, next) = match start {
            Some(start) => (start, Values::of(&[]), Some((entry, arguments))),
            None => (entry, arguments, None),
        };
        let call = Call::on(stack, first);
        let world = store.data_mut();
        let session = world.session.thread(user, of);
        world.threads += 1;
        world.session.started.push(Self { _proof: threads, session, call, params, next, instance });
        Ok(id)
    }

    /// Runs a slice of the thread, on the fuel of its program.
    pub(crate) fn step(
        &mut self,
        shared: &Shared,
        program: &mut Session,
        waker: &Waker,
    ) -> Result<Progress, Error> {
        let Self { session, call, params, next, .. } = self;
        program.lend(session);
        let progress = step(shared, session, call, params.as_slice(), &mut [], waker);
        program.lend(session);
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
    pub(crate) fn started(&mut self) -> Vec<Self> {
        mem::take(&mut self.session.started)
    }

    /// Leaves the instance of a thread that has finished to the next one.
    pub(crate) fn retire(self, shared: &Shared) -> Result<(), Error> {
        let mut world = shared.lock().inspect_err(|_| shared.errands.leave(Left::Thread))?;
        let world = world.inner.data_mut();
        world.threads -= 1;
        world.idle.push(self.instance);
        Ok(())
    }

    /// Gives the thread up, wherever it is. Its instance is in no state to be used again.
    pub(crate) fn abandon(&mut self, leave: &mut impl FnMut(Left)) {
        leave(Left::Thread);
        self.call.abandon(leave);
        self.session.started.iter_mut().for_each(|thread| thread.abandon(leave));
    }
}
