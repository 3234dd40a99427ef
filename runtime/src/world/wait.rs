//! Waiting for a notification, and giving one.

use super::definitions::{LocalMemory, StoreMut};
use crate::engine::config::NO_THREADS;
use crate::error::{Error, config::ConfigError, convert, trap::Trap};
use vellum_memory::{AtomicAccess, AtomicInt, Ticket};

/// Begins to wait for a notification of `address`, if the value there is `expected`, for so many
/// nanoseconds at most.
pub(crate) fn begin<T: AtomicInt>(
    store: &mut StoreMut<'_>,
    place: LocalMemory,
    address: u64,
    expected: T,
    timeout: Option<u64>,
) -> Result<Option<Ticket>, Error> {
    let offset = usize::try_from(address).map_err(|_| Trap::MemoryOutOfBounds)?;
    let found = place.memory.data(&*store).atomic_load::<T>(offset).map_err(convert::access)?;
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
            let now = now.ok_or(ConfigError::Clock)?;
            Some(now.0.saturating_add(timeout))
        }
    };
    let waits = world.waits.as_mut().ok_or(NO_THREADS)?;
    Ok(Some(waits.wait((place.entry, address), deadline)?))
}

/// Ends the first `count` waits for `address`, and tells how many there were. Those who are idle are
/// signalled.
pub(crate) fn notify(
    store: &mut StoreMut<'_>,
    place: LocalMemory,
    address: u64,
    count: u32,
) -> Result<u32, Error> {
    let woken = end(store, place, address, count)?;
    if woken > 0 {
        store.data().engine.config().platform.signal();
    }
    Ok(woken)
}

/// As [`notify`], without the signal.
pub(super) fn end(
    store: &mut StoreMut<'_>,
    place: LocalMemory,
    address: u64,
    count: u32,
) -> Result<u32, Error> {
    let offset = usize::try_from(address).map_err(|_| Trap::MemoryOutOfBounds)?;
    place.memory.data(&*store).atomic_load::<u32>(offset).map_err(convert::access)?;
    let world = store.data_mut();
    let Some(waits) = &mut world.waits else { return Ok(0) };
    Ok(waits.notify(&(place.entry, address), count))
}
