//! Who waits for a notification, in the order of waiting.

use core::mem;
use core::task::{Poll, Waker};

use heapless::Vec;

use crate::wakers::ReleasedWaker;

/// The places of a [`WaitQueue`] unless said otherwise.
pub const WAITERS: usize = 16;

/// How a wait ended, as the instructions `memory.atomic.wait32` and `wait64` tell their guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum WaitResult {
    /// It was notified.
    Ok = 0,
    /// It did not begin, because the memory did not hold the expected value.
    Mismatch = 1,
    /// Its time limit passed.
    TimedOut = 2,
}

/// Why a wait can't begin, or a ticket tells nothing. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitError {
    /// All places are taken: by waits, and by those that ended but were not asked about since.
    QueueFull {
        /// How many places there are.
        capacity: usize,
    },
    /// The end of the ticket's wait was told already.
    UnknownTicket,
}

texts!(WaitError {
    Self::QueueFull { capacity } => "too many waiters: all {} places are taken", capacity;
    Self::UnknownTicket => "this ticket waits for nothing";
});

impl core::error::Error for WaitError {}

/// A place in a [`WaitQueue`], to ask with whether the wait has ended.
///
/// It belongs to the queue that gave it; another queue takes it for one of its own.
///
/// It keeps its place until [`WaitQueue::poll`] has told the end, or [`WaitQueue::cancel`] is
/// called. One that is merely dropped keeps it for good.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a place is kept until its end is asked for, or it is cancelled"]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ticket(u64);

impl Ticket {
    /// What tells it from the other tickets of its queue.
    pub(crate) const fn number(&self) -> u64 {
        self.0
    }
}

/// A bounded queue of waits, each for one key, notified in the order in which they began.
///
/// In a shared memory the key is an address; a runtime with several memories adds which. The queue
/// is plain data: it belongs under the lock that guards the memory, so that comparing the memory
/// with what a waiter expects and beginning to wait is one step, and no notification falls between.
///
/// The queue wakes and drops wakers while it is borrowed, and so under that lock. Where that drops
/// a task, say because its executor is gone, the task's own code runs under the lock too: what it
/// drops must not need the lock, which it would be refused. A [`SharedMemory`](crate::SharedMemory)
/// has its own way, and does both after it is released.
///
/// ```
/// use core::task::Poll;
/// use vellum_memory::{Lock, WaitQueue, WaitResult};
///
/// static QUEUE: Lock<WaitQueue<u32, 2>> = Lock::new(WaitQueue::new());
///
/// let mut queue = QUEUE.lock()?;
/// let first = queue.wait(64, None)?;
/// let second = queue.wait(64, Some(1000))?;
/// assert_eq!(queue.notify(&64, 1), 1);
/// assert_eq!(queue.poll(&first, 999, None)?, Poll::Ready(WaitResult::Ok));
/// assert_eq!(queue.poll(&second, 999, None)?, Poll::Pending);
/// assert_eq!(queue.poll(&second, 1000, None)?, Poll::Ready(WaitResult::TimedOut));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct WaitQueue<K, const N: usize = WAITERS> {
    /// In the order in which they began.
    waiters: Vec<Waiter<K>, N>,
    tickets: u64,
}

#[derive(Debug)]
struct Waiter<K> {
    ticket: u64,
    key: K,
    deadline: Option<u64>,
    notified: bool,
    waker: Option<Waker>,
}

impl<K> Waiter<K> {
    /// Has this `waker` from now on, and gives the one that it had if that is another one.
    fn lend(&mut self, waker: Option<&Waker>) -> Option<Waker> {
        match (&self.waker, waker) {
            (Some(known), Some(waker)) if known.will_wake(waker) => None,
            _ => mem::replace(&mut self.waker, waker.cloned()),
        }
    }
}

impl<K: Eq, const N: usize> WaitQueue<K, N> {
    /// An empty queue.
    #[expect(clippy::new_without_default, reason = "a queue lies in a static, made by a const fn")]
    pub const fn new() -> Self {
        Self { waiters: Vec::new(), tickets: 0 }
    }

    /// Begins to wait for `key`, until the time is `deadline` if there is one.
    ///
    /// # Errors
    ///
    /// If all places are taken.
    pub fn wait(&mut self, key: K, deadline: Option<u64>) -> Result<Ticket, WaitError> {
        let ticket = self.tickets;
        let waiter = Waiter { ticket, key, deadline, notified: false, waker: None };
        self.waiters.push(waiter).map_err(|_| WaitError::QueueFull { capacity: N })?;
        self.tickets += 1;
        Ok(Ticket(ticket))
    }

    /// Ends the first `count` waits for `key`, wakes their wakers, and tells how many there were.
    pub fn notify(&mut self, key: &K, count: u32) -> u32 {
        self.notify_with(key, count, ReleasedWaker::settle)
    }

    pub(crate) fn notify_with(
        &mut self,
        key: &K,
        count: u32,
        mut settle: impl FnMut(ReleasedWaker),
    ) -> u32 {
        let waiting = self.waiters.iter_mut().filter(|one| !one.notified && one.key == *key);
        let mut woken = 0;
        for waiter in waiting.take(usize::try_from(count).unwrap_or(usize::MAX)) {
            waiter.notified = true;
            woken += 1;
            waiter.waker.take().map(ReleasedWaker::Wake).into_iter().for_each(&mut settle);
        }
        woken
    }

    /// Wakes the wakers of all waits and ends none: each waiter looks whether that still makes
    /// sense.
    pub fn rouse(&mut self) {
        self.rouse_with(ReleasedWaker::settle);
    }

    pub(crate) fn rouse_with(&mut self, settle: impl FnMut(ReleasedWaker)) {
        let wakers = self.waiters.iter_mut().filter_map(|waiter| waiter.waker.take());
        wakers.map(ReleasedWaker::Wake).for_each(settle);
    }

    /// Tells how the wait ended, if it has, which frees its place. If it has not, `waker` is woken
    /// when it is notified, but not when its time is up; it replaces the one of the last time.
    ///
    /// A wait that was notified has not timed out, however late this is asked. Ask for tickets of
    /// this queue only: it takes another one's for one of its own.
    ///
    /// # Errors
    ///
    /// If the end was told already.
    pub fn poll(
        &mut self,
        ticket: &Ticket,
        now: u64,
        waker: Option<&Waker>,
    ) -> Result<Poll<WaitResult>, WaitError> {
        self.poll_with(ticket, now, waker, ReleasedWaker::settle)
    }

    pub(crate) fn poll_with(
        &mut self,
        ticket: &Ticket,
        now: u64,
        waker: Option<&Waker>,
        settle: impl FnMut(ReleasedWaker),
    ) -> Result<Poll<WaitResult>, WaitError> {
        let index = self.index(ticket)?;
        let Some(waiter) = self.waiters.get_mut(index) else {
            return Err(WaitError::UnknownTicket);
        };
        let (result, spent) = match waiter.deadline {
            _ if waiter.notified => (Poll::Ready(WaitResult::Ok), None),
            Some(deadline) if deadline <= now => {
                (Poll::Ready(WaitResult::TimedOut), waiter.waker.take())
            }
            _ => (Poll::Pending, waiter.lend(waker)),
        };
        if result.is_ready() {
            self.waiters.remove(index);
        }
        spent.map(ReleasedWaker::Drop).into_iter().for_each(settle);
        Ok(result)
    }

    /// Gives up a wait, which frees its place.
    ///
    /// If it was notified and its end not told yet, the next wait for the same key is notified in
    /// its place: a notification that was counted is never lost. The ticket must be one of this
    /// queue, which takes another one's for one of its own.
    ///
    /// # Errors
    ///
    /// As [`poll`](Self::poll).
    pub fn cancel(&mut self, ticket: Ticket) -> Result<(), WaitError> {
        self.cancel_with(&ticket, ReleasedWaker::settle).map(drop)
    }

    /// Tells whether another wait was notified in its place.
    pub(crate) fn cancel_with(
        &mut self,
        ticket: &Ticket,
        mut settle: impl FnMut(ReleasedWaker),
    ) -> Result<bool, WaitError> {
        let index = self.index(ticket)?;
        let Waiter { key, notified, waker, .. } = self.waiters.remove(index);
        waker.map(ReleasedWaker::Drop).into_iter().for_each(&mut settle);
        Ok(notified && self.notify_with(&key, 1, settle) > 0)
    }

    /// How many waits were not notified yet, those whose time is up included.
    pub fn waiting(&self) -> usize {
        self.waiters.iter().filter(|waiter| !waiter.notified).count()
    }

    /// The earliest time at which a wait that was not notified is up, if any has a time limit.
    pub fn next_deadline(&self) -> Option<u64> {
        let waiting = self.waiters.iter().filter(|waiter| !waiter.notified);
        waiting.filter_map(|waiter| waiter.deadline).min()
    }

    /// How many places are free.
    pub fn free(&self) -> usize {
        N - self.waiters.len()
    }

    fn index(&self, &Ticket(ticket): &Ticket) -> Result<usize, WaitError> {
        // Tickets are numbered in the order of the queue.
        let found = self.waiters.binary_search_by_key(&ticket, |waiter| waiter.ticket);
        found.map_err(|_| WaitError::UnknownTicket)
    }
}
