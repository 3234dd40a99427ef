//! Sleeping, which programs do by waiting for a clock among other events.

use super::{
    clocks::clock,
    errno::Errno,
    files::{INPUT, stream},
    guest::{WasiResult, with},
    host::{Clock, Wasi},
};
use crate::error::{
    Error,
    limit::{Limit, LimitExceeded},
};
use crate::func::caller::Caller;
use core::{future, task::Poll};
use vellum_memory::{MemoryAccess as _, Platform};
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Events that one call may wait for.
const SUBSCRIPTIONS: usize = 64;
const CLOCK: u8 = 0;
const READ: u8 = 1;
const WRITE: u8 = 2;
/// The flag of a clock's event that its time is one of the clock, not a span from now on.
const ABSOLUTE: u16 = 1;

/// What to wait for.
#[derive(Clone, Copy, FromBytes)]
#[repr(C)]
struct Subscription {
    user: u64,
    kind: u8,
    padding: [u8; 7],
    /// The clock, or the file.
    of: u32,
    more_padding: u32,
    time: u64,
    precision: u64,
    flags: u16,
    last_padding: [u8; 6],
}

/// What has come.
#[derive(IntoBytes, Immutable)]
#[repr(C)]
struct Event {
    user: u64,
    error: u16,
    kind: u8,
    padding: [u8; 5],
    /// Bytes that can be read or written, and whether the other end is closed: not told.
    bytes: u64,
    flags: u64,
}

impl Event {
    fn of(subscription: &Subscription) -> Self {
        let Subscription { user, kind, .. } = *subscription;
        Self { user, error: 0, kind, padding: [0; 5], bytes: 0, flags: 0 }
    }
}

/// Waits for the first of several events, and tells which it was. A file is always ready.
pub(super) fn wait<T: Wasi>(
    mut caller: Caller<'_, T>,
    subscriptions: u32,
    events: u32,
    count: u32,
    written: u32,
) -> WasiResult {
    let engine = caller.engine();
    let (platform, threads, longest) = (engine.platform(), engine.has_threads(), engine.max_wait());
    let mut sleep = None;
    let answer = with(&mut caller, |memory, user| {
        let (subscriptions, count) = (subscriptions as usize, count as usize);
        if !(1..=SUBSCRIPTIONS).contains(&count) {
            return Err(Errno::Inval);
        }
        let mut first: Option<(u64, Subscription)> = None;
        for index in 0..count {
            let at = subscriptions.saturating_add(index * size_of::<Subscription>());
            let next: Subscription = memory.read_value(at)?;
            let left = left(&next, user, platform)?;
            if first.is_none_or(|(least, _)| left < least) {
                first = Some((left, next));
            }
        }
        let (left, first) = first.ok_or(Errno::Inval)?;
        if left > 0 && !threads {
            return Err(Errno::NotSup);
        }
        let end = match left {
            0 => None,
            _ => {
                let clock = clock(first.of)?;
                Some((clock, now(user, clock, platform)?.saturating_add(left)))
            }
        };
        memory.write_value(events as usize, &Event::of(&first))?;
        memory.write_value(written as usize, &1_u32)?;
        sleep = end.map(|(clock, end)| (user.clone(), clock, left, end));
        Ok(())
    })?;
    let Some((mut user, clock, left, end)) = sleep else { return Ok(answer) };
    if let Some(maximum) = longest.filter(|longest| left > *longest) {
        let (limit, found) = (Limit::Wait, left);
        return Err(Error::LimitExceeded(LimitExceeded { limit, maximum, found }));
    }
    let work = future::poll_fn(move |context| {
        // A clock that has stopped ends the wait.
        if now(&mut user, clock, platform).is_ok_and(|now| now < end) {
            // There is no alarm: it is looked at again and again.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(0)
    });
    Err(caller.sleep(work))
}

/// Nanoseconds until an event comes.
fn left<T: Wasi>(
    subscription: &Subscription,
    user: &mut T,
    platform: &Platform,
) -> Result<u64, Errno> {
    let Subscription { kind, of, time, flags, .. } = *subscription;
    match kind {
        CLOCK if flags & ABSOLUTE == 0 => Ok(time),
        CLOCK => Ok(time.saturating_sub(now(user, clock(of)?, platform)?)),
        READ if of == INPUT => Ok(0),
        WRITE => stream(of).map(|_| 0),
        READ => Err(Errno::BadF),
        _ => Err(Errno::Inval),
    }
}

fn now<T: Wasi>(user: &mut T, clock: Clock, platform: &Platform) -> Result<u64, Errno> {
    user.now(clock).or_else(|| Some(platform.now()?.0)).ok_or(Errno::NotSup)
}
