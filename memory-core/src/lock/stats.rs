//! What a lock counts.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What a [`Lock`](crate::Lock) has counted. Counts wrap around at [`usize::MAX`].
///
/// ```
/// use vellum_memory::Lock;
///
/// static LOCK: Lock<u32> = Lock::new(0);
///
/// let guard = LOCK.lock()?;
/// assert!(LOCK.try_lock().is_err());
/// drop(guard);
/// let stats = LOCK.stats();
/// assert_eq!((stats.acquisitions, stats.contentions), (1, 1));
/// # Ok::<(), vellum_memory::WouldDeadlock>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LockStats {
    /// How often the lock was taken.
    pub acquisitions: usize,
    /// How often it was held when someone asked for it.
    pub contentions: usize,
    /// The most holders that one context had to let go first while it waited.
    pub longest_queue: usize,
    /// The longest time that the lock was held, in nanoseconds of the platform's clock, at
    /// most [`usize::MAX`] (4.3 seconds on a 32-bit chip); 0 without a clock, and of a lock that is untimed.
    pub longest_hold: usize,
}

/// The counters. Only [`contended`](Self::contended) is called by anyone but the holder.
pub(crate) struct Counters {
    acquisitions: AtomicUsize,
    contentions: AtomicUsize,
    longest_queue: AtomicUsize,
    longest_hold: AtomicUsize,
}

impl Counters {
    pub(crate) const fn new() -> Self {
        Self {
            acquisitions: AtomicUsize::new(0),
            contentions: AtomicUsize::new(0),
            longest_queue: AtomicUsize::new(0),
            longest_hold: AtomicUsize::new(0),
        }
    }

    pub(crate) fn contended(&self) {
        self.contentions.fetch_add(1, Relaxed);
    }

    pub(crate) fn acquired(&self) {
        self.acquisitions.store(self.acquisitions.load(Relaxed).wrapping_add(1), Relaxed);
    }

    pub(crate) fn queued(&self, ahead: usize) {
        raise(&self.longest_queue, ahead);
    }

    pub(crate) fn held(&self, ticks: u64) {
        raise(&self.longest_hold, usize::try_from(ticks).unwrap_or(usize::MAX));
    }

    pub(crate) fn snapshot(&self) -> LockStats {
        LockStats {
            acquisitions: self.acquisitions.load(Relaxed),
            contentions: self.contentions.load(Relaxed),
            longest_queue: self.longest_queue.load(Relaxed),
            longest_hold: self.longest_hold.load(Relaxed),
        }
    }
}

fn raise(figure: &AtomicUsize, to: usize) {
    if to > figure.load(Relaxed) {
        figure.store(to, Relaxed);
    }
}
