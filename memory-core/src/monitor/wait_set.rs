//! The waits of a monitor, and the mailboxes that may end them.

use core::task::{Poll, Waker};

use super::wait_queue::WaitQueue;
use super::wakers::Wakers;
use crate::mailbox::{Attachment, Messages};
use crate::wait::{Ticket, WAITERS, WaitError, WaitResult};

/// The waits of a [`Monitor`](crate::Monitor), each for a key, and the mailboxes that its holders
/// empty, in a collection of type `B`.
///
/// At most `N` waits have a place. They are notified in the order in which they began. The key of a
/// shared memory is an address; a runtime with several memories adds which.
///
/// Wakers are woken and dropped after the lock of the monitor is released, even if a task ends by
/// that. Nothing here signals the platform: the caller that ends a wait does.
///
/// ```
/// use core::task::Poll;
/// use vellum_memory::{Attachment, WaitResult, WaitSet};
///
/// let mut waits: WaitSet<u32, [((), Attachment); 0]> = WaitSet::new([]);
/// let ticket = waits.wait(64, None)?;
/// assert_eq!(waits.notify(&64, 1), 1);
/// assert_eq!(waits.poll(&ticket, 0, None)?, Poll::Ready(WaitResult::Ok));
/// # Ok::<(), vellum_memory::WaitError>(())
/// ```
#[derive(Debug)]
pub struct WaitSet<K, B, const N: usize = WAITERS> {
    queue: WaitQueue<K, N>,
    mailboxes: B,
    /// The wait whose waker is registered with the mailboxes.
    listener: Option<u64>,
    /// How many mailboxes have that waker; the others have it when the lock is released.
    registered: usize,
}

impl<K: Eq, B, const N: usize> WaitSet<K, B, N> {
    /// No waits. `mailboxes` must be empty; they are [attached](Self::attach) later.
    pub const fn new(mailboxes: B) -> Self {
        Self { queue: WaitQueue::new(), mailboxes, listener: None, registered: 0 }
    }

    /// Begins to wait for `key`, until the time is `deadline` if there is one.
    ///
    /// # Errors
    ///
    /// If all places are taken.
    pub fn wait(&mut self, key: K, deadline: Option<u64>) -> Result<Ticket, WaitError> {
        self.queue.wait(key, deadline)
    }

    /// Ends the first `count` waits for `key`, and tells how many there were.
    pub fn notify(&mut self, key: &K, count: u32) -> u32 {
        self.queue.notify(key, count)
    }

    /// Wakes the wakers of all waits and ends none: each waiter looks whether that still makes
    /// sense.
    pub fn rouse(&mut self) {
        self.queue.rouse();
    }

    /// How many waits were not notified yet, those whose time is up included.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// The earliest time at which a wait that was not notified is up, if any has a time limit.
    pub fn next_deadline(&self) -> Option<u64> {
        self.queue.next_deadline()
    }

    /// Tells how a wait ended, if it has, which frees its place. If it has not, `waker` is woken when
    /// it is notified, but not when its time is up; it replaces the one of the last time.
    ///
    /// A wait that was notified has not timed out, however late this is asked. The ticket must be one
    /// of this set, which takes another one's for one of its own.
    ///
    /// Until the end the `waker` is also woken by posts to the mailboxes, if it is the last one that
    /// was lent. One that [wakes nobody](Waker::noop) is none.
    ///
    /// # Errors
    ///
    /// [`WaitError::UnknownTicket`] if the end was told already, and [`WaitError::WakersFull`] if
    /// another waker can't be replaced under this lock. Nothing is changed then.
    pub fn poll<P>(
        &mut self,
        ticket: &Ticket,
        now: u64,
        waker: Option<&Waker>,
    ) -> Result<Poll<WaitResult>, WaitError>
    where
        B: AsRef<[(P, Attachment)]>,
    {
        let waker = waker.filter(|waker| !waker.will_wake(Waker::noop()));
        let polled = self.queue.poll(ticket, now, waker)?;
        self.listen(ticket, waker.is_some() && polled.is_pending());
        Ok(polled)
    }

    /// Gives up a wait, which frees its place, and tells whether another one was notified instead.
    ///
    /// If it was notified and its end not told yet, the next wait for the same key is: a notification
    /// that was counted is never lost. The ticket must be one of this set, which takes another one's
    /// for one of its own.
    ///
    /// # Errors
    ///
    /// If the end was told already.
    pub fn cancel<P>(&mut self, ticket: Ticket) -> Result<bool, WaitError>
    where
        B: AsRef<[(P, Attachment)]>,
    {
        let is_passed_on = self.queue.cancel(&ticket)?;
        self.listen(&ticket, false);
        Ok(is_passed_on)
    }

    /// Has the monitor's holders empty a mailbox. The waiters are roused, so that one of them registers
    /// for its posts.
    pub fn attach<P>(&mut self, place: P, mailbox: Attachment)
    where
        B: Extend<(P, Attachment)>,
    {
        self.mailboxes.extend([(place, mailbox)]);
        self.queue.rouse();
        self.queue.is_eventful = true;
    }

    /// Whether a mailbox is attached.
    pub fn has_mailboxes<P>(&self) -> bool
    where
        B: AsRef<[(P, Attachment)]>,
    {
        !self.mailboxes.as_ref().is_empty()
    }

    /// Makes a wait the listener, or no longer. The end of the listener's wait wakes the others, so
    /// that one of them listens when it is polled.
    fn listen<P>(&mut self, ticket: &Ticket, is_listening: bool)
    where
        B: AsRef<[(P, Attachment)]>,
    {
        let number = ticket.number();
        if !self.has_mailboxes() || !is_listening && self.listener != Some(number) {
            return;
        }
        self.listener = is_listening.then_some(number);
        self.registered = 0;
        if !is_listening {
            self.queue.rouse();
        }
    }

    /// Whether there is a mailbox, or a waker to be woken or dropped.
    pub(super) fn is_eventful(&self) -> bool {
        self.queue.is_eventful
    }

    /// A mailbox by its number, and what it is for.
    pub(super) fn mailbox<P: Copy>(&self, index: usize) -> Option<(P, &'static dyn Messages)>
    where
        B: AsRef<[(P, Attachment)]>,
    {
        let (place, mailbox) = self.mailboxes.as_ref().get(index)?;
        Some((*place, mailbox.messages()))
    }

    /// Registers the listener's waker with the mailboxes, as long as there is room for those that they
    /// had before, and tells whether it was registered with all. What is posted until this takes
    /// effect is to be applied after it.
    pub(super) fn register<P>(&mut self) -> bool
    where
        B: AsRef<[(P, Attachment)]>,
    {
        let Self { queue, mailboxes, listener, registered } = self;
        while let Some((_, mailbox)) = mailboxes.as_ref().get(*registered) {
            if !queue.has_room() {
                return false;
            }
            if let Some(former) = mailbox.take_waker() {
                queue.spend(former);
            }
            if let Some(waker) = listener.and_then(|wait| queue.waker(wait)) {
                mailbox.register(waker);
            }
            *registered += 1;
        }
        true
    }

    /// The wakers to be woken and dropped when the lock has been released.
    pub(super) fn take_wakers<P>(&mut self) -> Wakers<N>
    where
        B: AsRef<[(P, Attachment)]>,
    {
        let wakers = self.queue.take_wakers();
        self.queue.is_eventful = self.has_mailboxes();
        wakers
    }
}
