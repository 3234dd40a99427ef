//! The waits of a monitor, and the mailboxes that may end them.

use core::task::{Poll, Waker};

use crate::mailbox::{Attachment, Messages};
use crate::wait::{Ticket, WAITERS, WaitError, WaitQueue, WaitResult};
use crate::wakers::{ReleasedWaker, Wakers};

/// The waits of a [`Monitor`](crate::Monitor), each for a key, and the mailboxes that its holders
/// empty, in a collection of type `B`.
///
/// Wakers are woken and dropped after the lock of the monitor is released, even if a task ends by
/// that. Nothing here signals the platform, which is left to the caller that ends a wait.
#[derive(Debug)]
pub struct WaitSet<K, B, const N: usize = WAITERS> {
    queue: WaitQueue<K, N>,
    mailboxes: B,
    /// The wait whose waker the mailboxes were given last.
    listener: Option<u64>,
    /// Woken when the lock has been released.
    wakers: Wakers<N>,
    /// Whether there is a mailbox, or a waker to be woken. Once there is a mailbox it stays so.
    pub(super) is_eventful: bool,
}

impl<K: Eq, B, const N: usize> WaitSet<K, B, N> {
    /// No waits. `mailboxes` must be empty; they are [attached](Self::attach) later.
    pub const fn new(mailboxes: B) -> Self {
        Self {
            queue: WaitQueue::new(),
            mailboxes,
            listener: None,
            wakers: Wakers::new(),
            is_eventful: false,
        }
    }

    /// Begins to wait for `key`, until the time is `deadline` if there is one. See
    /// [`WaitQueue::wait`].
    ///
    /// # Errors
    ///
    /// If all places are taken.
    pub fn wait(&mut self, key: K, deadline: Option<u64>) -> Result<Ticket, WaitError> {
        self.queue.wait(key, deadline)
    }

    /// Ends the first `count` waits for `key`, and tells how many there were.
    pub fn notify(&mut self, key: &K, count: u32) -> u32 {
        let Self { queue, wakers, is_eventful, .. } = self;
        queue.notify_with(key, count, keep(wakers, is_eventful))
    }

    /// Has all who wait look again whether that still makes sense. Ends no wait.
    pub fn rouse(&mut self) {
        let Self { queue, wakers, is_eventful, .. } = self;
        queue.rouse_with(keep(wakers, is_eventful));
    }

    /// How many waits were not notified yet. See [`WaitQueue::waiting`].
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// The earliest time at which a wait is up. See [`WaitQueue::next_deadline`].
    pub fn next_deadline(&self) -> Option<u64> {
        self.queue.next_deadline()
    }

    /// The wakers that are to be woken when the lock has been released, if there are any.
    pub(super) fn take_wakers<P>(&mut self) -> Option<Wakers<N>>
    where
        B: AsRef<[(P, Attachment)]>,
    {
        self.is_eventful = self.has_mailboxes();
        self.wakers.take()
    }

    /// Tells how a wait ended, if it has. See [`WaitQueue::poll`].
    ///
    /// Until then a `waker` is also woken by posts to the mailboxes, if it is the last one that was
    /// lent. One that [wakes nobody](Waker::noop) is none.
    ///
    /// # Errors
    ///
    /// If the end was told already.
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
        let Self { queue, wakers, is_eventful, .. } = self;
        let polled = queue.poll_with(ticket, now, waker, keep(wakers, is_eventful))?;
        self.listen(ticket.number(), waker.filter(|_| polled.is_pending()));
        Ok(polled)
    }

    /// Gives up a wait, and tells whether another one was notified in its place. See
    /// [`WaitQueue::cancel`].
    ///
    /// # Errors
    ///
    /// As [`poll`](Self::poll).
    pub fn cancel<P>(&mut self, ticket: Ticket) -> Result<bool, WaitError>
    where
        B: AsRef<[(P, Attachment)]>,
    {
        let Self { queue, wakers, is_eventful, .. } = self;
        let is_passed_on = queue.cancel_with(&ticket, keep(wakers, is_eventful))?;
        self.listen(ticket.number(), None);
        Ok(is_passed_on)
    }

    /// Has the monitor's holders empty a mailbox. Those who wait are roused, so that one of them is
    /// woken by its posts.
    pub fn attach<P>(&mut self, place: P, mailbox: Attachment)
    where
        B: Extend<(P, Attachment)>,
    {
        self.mailboxes.extend([(place, mailbox)]);
        self.is_eventful = true;
        self.rouse();
    }

    /// Whether a mailbox is attached.
    pub fn has_mailboxes<P>(&self) -> bool
    where
        B: AsRef<[(P, Attachment)]>,
    {
        !self.mailboxes.as_ref().is_empty()
    }

    /// A mailbox by its number, and what it is for.
    pub(super) fn mailbox<P: Copy>(&self, index: usize) -> Option<(P, &'static dyn Messages)>
    where
        B: AsRef<[(P, Attachment)]>,
    {
        let (place, mailbox) = self.mailboxes.as_ref().get(index)?;
        Some((*place, mailbox.messages()))
    }

    /// Has the next post wake the `waker` of a wait. A wait that was the last to say so and has no
    /// waker any more leaves that to the others, who are woken to say so.
    fn listen<P>(&mut self, wait: u64, waker: Option<&Waker>)
    where
        B: AsRef<[(P, Attachment)]>,
    {
        if !self.has_mailboxes() || waker.is_none() && self.listener != Some(wait) {
            return;
        }
        self.listener = waker.map(|_| wait);
        let Self { mailboxes, wakers, .. } = self;
        for (_, mailbox) in mailboxes.as_ref() {
            if let Some(former) = mailbox.take_waker() {
                wakers.keep(ReleasedWaker::Drop(former));
            }
            // What is posted until this takes effect is applied when the lock is released.
            if let Some(waker) = waker {
                mailbox.register(waker);
            }
        }
        if waker.is_none() {
            self.rouse();
        }
    }
}

/// Keeps wakers until the lock has been released.
fn keep<'a, const N: usize>(
    wakers: &'a mut Wakers<N>,
    is_eventful: &'a mut bool,
) -> impl FnMut(ReleasedWaker) + 'a {
    |spent| {
        *is_eventful = true;
        wakers.keep(spent);
    }
}
