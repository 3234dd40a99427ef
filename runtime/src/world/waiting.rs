//! Those who wait in a world, and what they leave.

use super::{abandoned::Abandoned, definitions::World};
use crate::engine::config::NO_THREADS;
use crate::error::Error;
use core::task::{Poll, Waker};
use vellum_memory::{Ticket, WaitResult};

impl World {
    /// Whether an interrupt handler may post to a memory.
    pub(crate) fn has_mailboxes(&self) -> bool {
        self.waits.as_ref().is_some_and(|waits| waits.has_mailboxes())
    }

    /// How a wait ended, if it has.
    pub(crate) fn poll(
        &mut self,
        ticket: &Ticket,
        waker: Option<&Waker>,
    ) -> Result<Poll<WaitResult>, Error> {
        let now = self.engine.config().platform.now().unwrap_or_default().0;
        let waits = self.waits.as_mut().ok_or(NO_THREADS)?;
        waits.poll(ticket, now, waker).map_err(Error::from)
    }

    /// Whether all wait, without a time limit, for notifications that nobody is left to give, where
    /// `handles` stores and shared memories can reach the world. If the caller is `alone` none
    /// of them goes on while it waits.
    pub(crate) fn is_deadlock(&self, alone: bool, handles: usize) -> bool {
        let Some(waits) = &self.waits else { return false };
        // An interrupt handler is never told to wait.
        if alone || waits.has_mailboxes() {
            return !waits.has_mailboxes();
        }
        let able = handles.saturating_add(self.threads);
        // A handle in which the host waits may be lent to others, who can still notify.
        let waiting = waits.waiting().saturating_sub(self.host_waits);
        waits.next_deadline().is_none() && waiting >= able
    }

    /// Sees to it that all who wait look again whether they can go on.
    pub(crate) fn wake_all(&mut self) {
        if let Some(waits) = &mut self.waits {
            waits.rouse();
        }
        self.engine.config().platform.signal();
    }

    /// Clears away what a call that was given up has left.
    pub(crate) fn give_up(&mut self, left: Abandoned) {
        match left {
            Abandoned::Thread => self.threads -= 1,
            Abandoned::Wait(ticket) => self.cancel(ticket),
            Abandoned::HostWait(ticket) => {
                self.host_waits -= 1;
                self.cancel(ticket);
            }
        }
        self.engine.config().platform.signal();
    }

    fn cancel(&mut self, ticket: Ticket) {
        if let Some(waits) = &mut self.waits {
            // A ticket that is not known has ended already.
            let _ = waits.cancel(ticket);
        }
    }
}
