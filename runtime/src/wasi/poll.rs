//! Sleeping, which programs do by waiting for a clock among other events.

use super::{
    Layout,
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
use zerocopy::{Immutable, IntoBytes};

/// Events that one call may wait for.
const SUBSCRIPTIONS: usize = 64;
const CLOCK: u8 = 0;
const READ: u8 = 1;
const WRITE: u8 = 2;
/// The flag of a clock's event that its time is one of the clock, not a span from now on.
const ABSOLUTE: u16 = 1;

/// What to wait for.
#[derive(Clone, Copy)]
struct Subscription {
    user: u64,
    kind: u8,
    /// The clock, or the file.
    of: u32,
    time: u64,
    flags: u16,
}

impl Subscription {
    /// Reads the one with this index in a list.
    fn read(memory: &[u8], layout: Layout, list: u32, index: usize) -> Result<Self, Errno> {
        let start = (list as usize).saturating_add(index * layout.subscription);
        memory.slice(start..start.saturating_add(layout.subscription))?;
        let kind = memory.read_value(start + 8)?;
        let clock = start + layout.clock;
        Ok(Self {
            user: memory.read_value(start)?,
            kind,
            of: memory.read_value(if kind == CLOCK { clock } else { start + 16 })?,
            time: memory.read_value(clock + 8)?,
            flags: memory.read_value(clock + 24)?,
        })
    }
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
    layout: Layout,
    subscriptions: u32,
    events: u32,
    count: u32,
    written: u32,
) -> WasiResult {
    let engine = caller.engine();
    let (platform, longest) = (engine.platform(), engine.max_wait());
    // Where a call blocks only the platform's clock bounds how long.
    let can_wait = caller.can_sleep() || platform.now().is_some();
    let mut sleep = None;
    let answer = with(&mut caller, |memory, user| {
        let count = count as usize;
        if !(1..=SUBSCRIPTIONS).contains(&count) {
            return Err(Errno::Inval);
        }
        let mut first: Option<(u64, Subscription)> = None;
        for index in 0..count {
            let next = Subscription::read(memory, layout, subscriptions, index)?;
            let left = left(&next, user, platform)?;
            if first.is_none_or(|(least, _)| left < least) {
                first = Some((left, next));
            }
        }
        let (left, first) = first.ok_or(Errno::Inval)?;
        if left > 0 && !can_wait {
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
    // A clock that has stopped ends the wait.
    let mut is_asleep = move || now(&mut user, clock, platform).is_ok_and(|now| now < end);
    if !caller.can_sleep() {
        caller.wait_while(is_asleep)?;
        return Ok(answer);
    }
    let work = future::poll_fn(move |context| {
        if is_asleep() {
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
