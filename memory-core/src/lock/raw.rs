//! A lock without its value: the queue, the holder and the counters.

use core::mem;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::error::LockError;
use super::stats::Counters;
use super::word::{QueueTicket, Word};
use crate::context::Context;
use crate::platform::{Nanoseconds, Platform};
use crate::sync::{AtomicU32, AtomicUsize};

/// How often to look again at a lock that is held.
#[derive(Clone, Copy)]
pub(crate) enum Patience {
    Times(u32),
    Endless,
}

/// Serves in the order of asking. Every change of the word is a read-modify-write, so that each holder
/// sees what those before it did.
pub(crate) struct RawLock {
    word: AtomicU32,
    /// The bits of the holder's context, or 0. The holder writes them after it was served, so that
    /// they may lag; but a context never finds its own bits unless it holds the lock.
    holder: AtomicUsize,
    /// The time at which the lock was taken, its lower half first. Only the holder uses it.
    since: [AtomicU32; 2],
    /// Whether it is not measured how long the lock is held.
    untimed: bool,
    /// The platform's clock, if there is one and the lock is timed.
    clock: Option<fn() -> Nanoseconds>,
    pub(crate) counters: Counters,
    platform: Option<&'static Platform>,
}

/// Releases the lock when dropped, with no look at the clock: the platform's own code may panic.
struct ReleaseOnDrop<'a>(&'a RawLock);

impl RawLock {
    const_fn! {
        pub(crate) const fn new() -> Self {
            Self {
                word: AtomicU32::new(0),
                holder: AtomicUsize::new(0),
                since: [AtomicU32::new(0), AtomicU32::new(0)],
                untimed: false,
                clock: None,
                counters: Counters::new(),
                platform: None,
            }
        }
    }

    pub(crate) fn platform(&self) -> &'static Platform {
        self.platform.unwrap_or(&Platform::ONE_CORE)
    }

    pub(crate) fn holder(&self) -> Option<Context> {
        Context::from_bits(self.holder.load(Relaxed))
    }

    /// Takes the lock. The caller releases it.
    #[inline(always)]
    pub(crate) fn acquire(&self, patience: Patience) -> Result<(), LockError> {
        let context = self.platform.map_or(Context::SINGLE, Platform::context);
        if !self.take_free() {
            self.wait(context, patience)?;
        }
        let taken = ReleaseOnDrop(self);
        self.holder.store(context.to_bits(), Relaxed);
        self.counters.acquired();
        if let Some(now) = self.now() {
            let [low, high] = &self.since;
            low.store(now as u32, Relaxed);
            high.store((now >> u32::BITS) as u32, Relaxed);
        }
        mem::forget(taken);
        Ok(())
    }

    pub(crate) const fn set_platform(&mut self, platform: &'static Platform) {
        self.platform = Some(platform);
        self.clock = if self.untimed { None } else { platform.clock };
    }

    pub(crate) const fn set_untimed(&mut self) {
        self.untimed = true;
        self.clock = None;
    }

    /// The time, if there is a clock and the lock is timed.
    #[inline]
    fn now(&self) -> Option<u64> {
        self.clock.map(|clock| clock().0)
    }

    /// When the holder took the lock.
    fn since(&self) -> u64 {
        let [low, high] = self.since.each_ref().map(|half| u64::from(half.load(Relaxed)));
        high << u32::BITS | low
    }

    /// Takes the lock if it is free.
    #[inline(always)]
    fn take_free(&self) -> bool {
        let mut word = Word(self.word.load(Relaxed));
        while word.is_free() {
            let Some((joined, _)) = word.join() else { break };
            match self.replace(word, joined, Acquire) {
                Ok(()) => return true,
                Err(found) => word = found,
            }
        }
        false
    }

    #[cold]
    fn wait(&self, context: Context, patience: Patience) -> Result<(), LockError> {
        self.counters.contended();
        let mut turns = match patience {
            _ if context.is_blocking(self.holder()) => return Err(LockError::WouldDeadlock),
            Patience::Endless if !context.may_wait() => return Err(LockError::WouldDeadlock),
            Patience::Endless => Turns { relax: self.platform().relax, left: None },
            Patience::Times(0) => return Err(LockError::WouldBlock),
            Patience::Times(times) => Turns { relax: self.platform().relax, left: Some(times) },
        };
        let (place, ahead) = self.join(&mut turns)?;
        while !Word(self.word.load(Acquire)).serves(place) {
            if !turns.next() && self.leave(place) {
                return Err(LockError::WouldBlock);
            }
        }
        self.counters.queued(ahead);
        Ok(())
    }

    /// Takes a place, and tells how many are ahead.
    fn join(&self, turns: &mut Turns) -> Result<(QueueTicket, usize), LockError> {
        let mut word = Word(self.word.load(Relaxed));
        loop {
            let Some((joined, place)) = word.join() else {
                if !turns.next() {
                    return Err(LockError::WouldBlock);
                }
                word = Word(self.word.load(Relaxed));
                continue;
            };
            match self.replace(word, joined, Relaxed) {
                Ok(()) => return Ok((place, word.taken() as usize)),
                Err(found) => word = found,
            }
        }
    }

    /// Leaves the place, unless it has just been served.
    fn leave(&self, place: QueueTicket) -> bool {
        let mut word = Word(self.word.load(Relaxed));
        while let Some(left) = word.leave(place) {
            match self.replace(word, left, Relaxed) {
                Ok(()) => return true,
                Err(found) => word = found,
            }
        }
        false
    }

    /// Whether a context waits in the queue.
    pub(crate) fn is_awaited(&self) -> bool {
        Word(self.word.load(Relaxed)).taken() > 1
    }

    /// Releases the lock, which the caller holds.
    #[inline(always)]
    pub(crate) fn release(&self) {
        match self.clock {
            Some(clock) => self.release_timed(clock),
            None => self.serve_next(),
        }
    }

    /// Counts how long the lock was held. Apart, so that those without a clock don't make room for it.
    #[cold]
    #[inline(never)]
    fn release_timed(&self, clock: fn() -> Nanoseconds) {
        let _taken = ReleaseOnDrop(self);
        self.counters.held(clock().0.saturating_sub(self.since()));
    }

    /// Lets the next in the queue have the lock.
    #[inline(always)]
    fn serve_next(&self) {
        self.holder.store(0, Relaxed);
        let mut word = Word(self.word.load(Relaxed));
        while let Err(found) = self.replace(word, word.advance(), Release) {
            word = found;
        }
    }

    fn replace(
        &self,
        word: Word,
        by: Word,
        order: core::sync::atomic::Ordering,
    ) -> Result<(), Word> {
        self.word.compare_exchange(word.0, by.0, order, Relaxed).map(drop).map_err(Word)
    }
}

impl Drop for ReleaseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.serve_next();
    }
}

/// The turns of a waiter.
struct Turns {
    relax: fn(),
    left: Option<u32>,
}

impl Turns {
    /// Whether there is another turn, after relaxing.
    fn next(&mut self) -> bool {
        match &mut self.left {
            Some(0) => return false,
            Some(left) => *left -= 1,
            None => {}
        }
        (self.relax)();
        true
    }
}
