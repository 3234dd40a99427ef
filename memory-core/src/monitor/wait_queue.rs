//! Who waits for a notification, in the order of waiting.

use core::mem;
use core::task::{Poll, Waker};

use heapless::Vec;

use super::wakers::Wakers;
use crate::wait::{Ticket, WaitError, WaitResult};

/// A bounded queue of waits, each for one key, notified in the order in which they began.
///
/// No waker is woken or dropped while the queue is borrowed, and so under its lock: those that have
/// served their purpose stay until they are [taken](Self::take_wakers).
#[derive(Debug)]
pub(super) struct WaitQueue<K, const N: usize> {
    /// In the order in which they began.
    waiters: Vec<Waiter<K>, N>,
    tickets: u64,
    /// To be dropped: their waits have ended, or have other ones.
    spent: Vec<Waker, N>,
    /// Whether there is a waker to take.
    pub(super) is_eventful: bool,
}

#[derive(Debug)]
struct Waiter<K> {
    ticket: u64,
    key: K,
    deadline: Option<u64>,
    state: State,
    /// Whether the waker is to be woken.
    is_roused: bool,
    waker: Option<Waker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Notified,
    /// The end was told, or the wait given up. It stays for its waker, which nothing else has room for.
    Ended,
}

impl<K: Eq, const N: usize> WaitQueue<K, N> {
    pub(super) const fn new() -> Self {
        Self { waiters: Vec::new(), tickets: 0, spent: Vec::new(), is_eventful: false }
    }

    pub(super) fn wait(&mut self, key: K, deadline: Option<u64>) -> Result<Ticket, WaitError> {
        let ticket = self.tickets;
        let state = State::Waiting;
        let waiter = Waiter { ticket, key, deadline, state, is_roused: false, waker: None };
        self.waiters.push(waiter).map_err(|_| WaitError::QueueFull { capacity: N })?;
        self.tickets += 1;
        Ok(Ticket::new(ticket))
    }

    /// Ends the first `count` waits for `key`, and tells how many there were.
    pub(super) fn notify(&mut self, key: &K, count: u32) -> u32 {
        notify(&mut self.waiters, &mut self.is_eventful, key, count)
    }

    /// Has the wakers of all waits woken.
    pub(super) fn rouse(&mut self) {
        self.waiters.iter_mut().for_each(|waiter| waiter.rouse(&mut self.is_eventful));
    }

    pub(super) fn poll(
        &mut self,
        ticket: &Ticket,
        now: u64,
        waker: Option<&Waker>,
    ) -> Result<Poll<WaitResult>, WaitError> {
        let index = self.index(ticket)?;
        let waiter = self.waiters.get_mut(index).ok_or(WaitError::UnknownTicket)?;
        let result = match waiter.deadline {
            _ if waiter.state == State::Notified => WaitResult::Ok,
            Some(deadline) if deadline <= now => WaitResult::TimedOut,
            _ => return self.lend(index, waker).map(|()| Poll::Pending),
        };
        self.end(index);
        Ok(Poll::Ready(result))
    }

    /// Has the waiter at `index` wake this `waker` from now on.
    fn lend(&mut self, index: usize, waker: Option<&Waker>) -> Result<(), WaitError> {
        let waiter = self.waiters.get_mut(index).ok_or(WaitError::UnknownTicket)?;
        waiter.is_roused = false;
        if let (Some(known), Some(waker)) = (&waiter.waker, waker)
            && known.will_wake(waker)
        {
            return Ok(());
        }
        if let Some(former) = waiter.waker.take() {
            self.is_eventful = true;
            if let Err(former) = self.spent.push(former) {
                waiter.waker = Some(former);
                return Err(WaitError::WakersFull { capacity: N });
            }
        }
        waiter.waker = waker.cloned();
        Ok(())
    }

    pub(super) fn cancel(&mut self, ticket: &Ticket) -> Result<bool, WaitError> {
        let index = self.index(ticket)?;
        // All that began before and wait for the same key are notified too.
        let is_passed_on = match self.waiters.get_mut(index..) {
            Some([waiter, later @ ..]) if waiter.state == State::Notified => {
                notify(later, &mut self.is_eventful, &waiter.key, 1) > 0
            }
            _ => false,
        };
        self.end(index);
        Ok(is_passed_on)
    }

    /// Frees the place at `index`, at once if there is room elsewhere for its waker.
    fn end(&mut self, index: usize) {
        let Some(waiter) = self.waiters.get_mut(index) else { return };
        if let Some(waker) = waiter.waker.take() {
            self.is_eventful = true;
            if let Err(waker) = self.spent.push(waker) {
                waiter.waker = Some(waker);
                waiter.state = State::Ended;
                return;
            }
        }
        self.waiters.remove(index);
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiters.iter().filter(|waiter| waiter.state == State::Waiting).count()
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        let waiting = self.waiters.iter().filter(|waiter| waiter.state == State::Waiting);
        waiting.filter_map(|waiter| waiter.deadline).min()
    }

    /// The waker of the wait with that number.
    pub(super) fn waker(&self, ticket: u64) -> Option<&Waker> {
        self.waiters.iter().find(|waiter| waiter.ticket == ticket)?.waker.as_ref()
    }

    /// Whether there is room for a waker to be dropped.
    pub(super) fn has_room(&self) -> bool {
        !self.spent.is_full()
    }

    /// Keeps a waker that is to be dropped, if there is [room](Self::has_room).
    pub(super) fn spend(&mut self, waker: Waker) {
        self.is_eventful = true;
        let _ = self.spent.push(waker);
    }

    /// The wakers that have served their purpose, to be dropped when the lock has been released.
    pub(super) fn take_wakers(&mut self) -> Wakers<N> {
        self.is_eventful = false;
        let mut wakers = Wakers { woken: Vec::new(), spent: mem::take(&mut self.spent) };
        for waiter in &mut self.waiters {
            let is_ended = waiter.state == State::Ended;
            // Of those that have ended the wakers are woken for nothing, which does no harm.
            if (mem::take(&mut waiter.is_roused) || is_ended)
                && let Some(waker) = waiter.waker.take()
            {
                // There is room for one of each.
                let _ = wakers.woken.push(waker);
            }
        }
        self.waiters.retain(|waiter| waiter.state != State::Ended);
        wakers
    }

    fn index(&self, ticket: &Ticket) -> Result<usize, WaitError> {
        // Tickets are numbered in the order of the queue.
        let found = self.waiters.binary_search_by_key(&ticket.number(), |waiter| waiter.ticket);
        let is_living = |&index: &usize| {
            self.waiters.get(index).is_some_and(|waiter| waiter.state != State::Ended)
        };
        found.ok().filter(is_living).ok_or(WaitError::UnknownTicket)
    }
}

impl<K> Waiter<K> {
    /// Has the waker woken, if there is one.
    fn rouse(&mut self, is_eventful: &mut bool) {
        self.is_roused = self.waker.is_some();
        *is_eventful |= self.is_roused;
    }
}

fn notify<K: Eq>(waiters: &mut [Waiter<K>], is_eventful: &mut bool, key: &K, count: u32) -> u32 {
    let waiting = waiters.iter_mut().filter(|one| one.state == State::Waiting && one.key == *key);
    let mut woken = 0;
    for waiter in waiting.take(usize::try_from(count).unwrap_or(usize::MAX)) {
        waiter.state = State::Notified;
        waiter.rouse(is_eventful);
        woken += 1;
    }
    woken
}
