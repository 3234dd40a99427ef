//! Waiting for a notification, and giving one.

use super::NO_THREADS;
use crate::runtime::world::World;
use crate::runtime::{Engine, Error, Limit, Trap};
use vellum_memory::{AccessError, AtomicAccess, AtomicInt, Ticket, WaitResult};

type Store<'a> = wasmi::StoreContextMut<'a, World>;

/// A memory of the world, by its entry too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) memory: wasmi::Memory,
    pub(crate) entry: usize,
}

/// How long a guest waits.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    /// The nanoseconds of the guest's own time limit, if it has one.
    own: Option<u64>,
    longest: Option<u64>,
}

impl Time {
    /// The time of a guest of an engine, of which a negative one is without limit.
    pub(crate) fn of(timeout: i64, engine: &Engine) -> Self {
        Self { own: u64::try_from(timeout).ok(), longest: engine.config().max_wait }
    }

    /// Whether the guest itself has set a time limit.
    pub(crate) fn is_limited(self) -> bool {
        self.own.is_some()
    }

    /// The nanoseconds after which the wait ends in any case.
    pub(crate) fn limit(self) -> Option<u64> {
        self.own.into_iter().chain(self.longest).min()
    }

    /// What the end of a wait means: it is an error if the guest would have waited on.
    pub(crate) fn ended(self, result: WaitResult) -> Result<WaitResult, Error> {
        match self.longest {
            Some(longest)
                if result == WaitResult::TimedOut && self.own.is_none_or(|own| own > longest) =>
            {
                Err(Error::limit(Limit::Wait, longest, self.own.unwrap_or(0)))
            }
            _ => Ok(result),
        }
    }
}

/// Begins to wait for a notification of `address`, if the value there is `expected`, for so many
/// nanoseconds at most.
pub(crate) fn begin<T: AtomicInt>(
    store: &mut Store<'_>,
    place: Place,
    address: u64,
    expected: T,
    timeout: Option<u64>,
) -> Result<Option<Ticket>, Error> {
    let offset = usize::try_from(address).map_err(|_| Trap::MemoryOutOfBounds)?;
    let found = place.memory.data(&*store).atomic_load::<T>(offset).map_err(trap)?;
    let world = store.data_mut();
    let entry = world.memories.get(place.entry).ok_or(Error::WrongStore)?;
    if !entry.ty.is_shared() {
        return Err(Trap::ExpectedSharedMemory.into());
    }
    if found != expected {
        return Ok(None);
    }
    let deadline = match timeout {
        None => None,
        Some(timeout) => {
            let now = world.engine.config().platform.now();
            let now = now.ok_or(Error::Config("a wait with a time limit needs a clock"))?;
            Some(now.saturating_add(timeout))
        }
    };
    let waits = world.waits.as_mut().ok_or(NO_THREADS)?;
    Ok(Some(waits.wait((place.entry, address), deadline)?))
}

/// Ends the first `count` waits for `address`, and tells how many there were.
pub(crate) fn notify(
    store: &mut Store<'_>,
    place: Place,
    address: u64,
    count: u32,
) -> Result<u32, Error> {
    let offset = usize::try_from(address).map_err(|_| Trap::MemoryOutOfBounds)?;
    place.memory.data(&*store).atomic_load::<u32>(offset).map_err(trap)?;
    let world = store.data_mut();
    let Some(waits) = &mut world.waits else { return Ok(0) };
    let woken = waits.notify(&(place.entry, address), count);
    if woken > 0 {
        world.engine.config().platform.signal();
    }
    Ok(woken)
}

/// The trap of a guest that reached outside its memory, or beside a value.
pub(crate) fn trap(error: AccessError) -> Error {
    match error {
        AccessError::Misaligned { .. } => Trap::UnalignedAtomic.into(),
        _ => Trap::MemoryOutOfBounds.into(),
    }
}
