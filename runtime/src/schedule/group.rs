//! A call of a store and the threads that its guest started, driven together.

use super::{
    call::{Call, Progress, step},
    thread::Thread,
};
use crate::error::Error;
use crate::world::{
    interruption::{check, check_and_register},
    member::Member,
};
use alloc::vec::Vec;
use core::{iter, task::Waker};
use wasmi::Val as Wasmi;

/// Drives a store's call by rounds, in each of which every thread has a slice.
pub(crate) struct Group<'a> {
    member: &'a mut Member,
    main: Call,
    threads: Vec<Thread>,
}

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// The call has finished.
    Finished,
    /// Some thread ran.
    Ran,
    /// All wait: for notifications, or for host functions.
    Waits,
}

impl<'a> Group<'a> {
    pub(crate) fn new(member: &'a mut Member, func: wasmi::Func) -> Result<Self, Error> {
        let main = Call::new(member.engine(), func)?;
        Ok(Self { member, main, threads: Vec::new() })
    }

    /// Gives every thread a slice. An error of any of them ends the call, as it would end a process.
    pub(crate) fn round(
        &mut self,
        params: &[Wasmi],
        results: &mut [Wasmi],
        waker: &Waker,
    ) -> Result<Round, Error> {
        let Self { member, main, threads, .. } = self;
        check_and_register(member.session.interruption.as_ref(), waker)?;
        let mut round = Round::Waits;
        match step(&member.shared, &mut member.session, main, params, results, waker)? {
            Progress::Finished => return Ok(Round::Finished),
            Progress::Ran => round = Round::Ran,
            Progress::Suspended => {}
        }
        let mut index = 0;
        while let Some(thread) = threads.get_mut(index) {
            check(member.session.interruption.as_ref())?;
            let progress = thread.step(&member.shared, &mut member.session, waker)?;
            // They begin in the next round: a chain of threads must not make this one endless.
            let started = thread.started();
            member.session.started.extend(started);
            if matches!(progress, Progress::Finished | Progress::Ran) {
                round = Round::Ran;
            }
            if progress == Progress::Finished {
                threads.swap_remove(index).retire(&member.shared)?;
            } else {
                index += 1;
            }
        }
        threads.extend(member.session.started.drain(..).map(Thread::begin));
        Ok(round)
    }

    /// Runs the call to its end, idle while all its threads wait.
    pub(crate) fn run(&mut self, params: &[Wasmi], results: &mut [Wasmi]) -> Result<(), Error> {
        loop {
            match self.round(params, results, Waker::noop())? {
                Round::Finished => return Ok(()),
                Round::Ran => {}
                Round::Waits => self.idle()?,
            }
        }
    }

    /// Sees to it that a future whose threads all wait is polled when one of them can go on. Those who
    /// wait are woken by who notifies them; for time limits there is no alarm, so that the future is
    /// polled again at once.
    pub(crate) fn waits(&self, waker: &Waker) -> Result<(), Error> {
        if self.is_deadlock(false)? {
            return Err(Error::Deadlock);
        }
        if self.calls().any(Call::has_time_limit) {
            waker.wake_by_ref();
        }
        #[cfg(feature = "compartments")]
        self.member.shared.wake_at_end(self.member.session.id, waker)?;
        Ok(())
    }

    fn idle(&self) -> Result<(), Error> {
        // Who wakes a host function does not signal the platform.
        if self.calls().any(Call::awaits_work) {
            return Ok(());
        }
        if self.is_deadlock(self.member.engine().is_alone())? {
            return Err(Error::Deadlock);
        }
        self.member.engine().config().platform.idle();
        Ok(())
    }

    fn calls(&self) -> impl Iterator<Item = &Call> {
        iter::once(&self.main).chain(self.threads.iter().map(Thread::call))
    }

    /// Whether all of this group wait without a time limit for notifications that nobody is left to
    /// give: all others wait too, or none of them goes on because this is `alone`.
    fn is_deadlock(&self, alone: bool) -> Result<bool, Error> {
        if !self.calls().all(Call::waits_forever) {
            return Ok(false);
        }
        let handles = self.member.shared.handles.watch();
        let world = self.member.lock()?;
        let world = world.inner.data();
        Ok(world.is_deadlock(alone, handles))
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        let Self { member, main, threads } = self;
        threads.extend(member.session.started.drain(..).map(Thread::begin));
        if !main.is_in_queue() && threads.is_empty() {
            return;
        }
        // A future may be dropped by the holder of the lock.
        let shared = &member.shared;
        let leave = &mut |left| shared.give_up_later(left);
        main.abandon(leave);
        threads.iter_mut().for_each(|thread| thread.abandon(leave));
        drop(shared.lock_soon());
    }
}
