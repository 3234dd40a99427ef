//! Waits for a notification: their tickets, ends and errors.

/// The places of a [`WaitSet`](crate::WaitSet) unless said otherwise.
pub const WAITERS: usize = 16;

/// How a wait ended, as the instructions `memory.atomic.wait32` and `wait64` tell their guest.
///
/// ```
/// use core::task::Poll;
/// use vellum_memory::{Attachment, WaitResult, WaitSet};
///
/// let mut waits: WaitSet<u32, [((), Attachment); 0]> = WaitSet::new([]);
/// let ticket = waits.wait(64, Some(1000))?;
/// assert_eq!(waits.poll(&ticket, 1000, None)?, Poll::Ready(WaitResult::TimedOut));
/// assert_eq!(WaitResult::TimedOut as i32, 2);
/// # Ok::<(), vellum_memory::WaitError>(())
/// ```
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
///
/// ```
/// use vellum_memory::{Attachment, WaitError, WaitSet};
///
/// let mut waits: WaitSet<u32, [((), Attachment); 0], 1> = WaitSet::new([]);
/// let ticket = waits.wait(64, None)?;
/// assert_eq!(waits.wait(64, None), Err(WaitError::QueueFull { capacity: 1 }));
/// waits.notify(&64, 1);
/// assert!(waits.poll(&ticket, 0, None)?.is_ready());
/// assert_eq!(waits.poll(&ticket, 0, None), Err(WaitError::UnknownTicket));
/// # Ok::<(), WaitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitError {
    /// All places are taken, by waits and by ended ones whose end was not asked for yet.
    QueueFull {
        /// How many places there are.
        capacity: usize,
    },
    /// Too many wakers were replaced under this lock: they are kept until it is released, so that no
    /// task runs under it. Release it and ask again.
    WakersFull {
        /// How many wakers can be kept.
        capacity: usize,
    },
    /// The end of the ticket's wait was told already.
    UnknownTicket,
}

texts!(WaitError {
    Self::QueueFull { capacity } => "too many waiters: all {} places are taken", capacity;
    Self::WakersFull { capacity } => "too many wakers: {} are dropped when the lock is released", capacity;
    Self::UnknownTicket => "this ticket waits for nothing";
});

impl core::error::Error for WaitError {}

/// A place in a [`WaitSet`], to ask with whether the wait has ended.
///
/// It belongs to the set that gave it; another one takes it for one of its own.
///
/// It keeps its place until [`WaitSet::poll`] has told the end, or [`WaitSet::cancel`] is called.
/// One that is merely dropped keeps it for good.
///
/// [`WaitSet`]: crate::WaitSet
/// [`WaitSet::poll`]: crate::WaitSet::poll
/// [`WaitSet::cancel`]: crate::WaitSet::cancel
///
/// ```
/// use vellum_memory::{Attachment, WaitSet};
///
/// let mut waits: WaitSet<u32, [((), Attachment); 0]> = WaitSet::new([]);
/// let first = waits.wait(64, None)?;
/// let second = waits.wait(64, None)?;
/// waits.cancel(first)?;
/// assert_eq!(waits.notify(&64, 1), 1);
/// assert!(waits.poll(&second, 0, None)?.is_ready());
/// # Ok::<(), vellum_memory::WaitError>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a place is kept until its end is asked for, or it is cancelled"]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ticket(u64);

impl Ticket {
    pub(crate) const fn new(number: u64) -> Self {
        Self(number)
    }

    /// What tells it from the other tickets of its set.
    pub(crate) const fn number(&self) -> u64 {
        self.0
    }
}
