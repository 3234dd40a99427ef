//! A memory of the world at hand.

use super::{
    definitions::{LocalMemory, StoreMut, World},
    interruption::{Interruption, PIECE, check},
    pieces,
};
use crate::error::{Error, convert, trap::Trap};
use vellum_memory::{MemoryAccess, MemoryError};

/// Copies between two memories of one world, or within one.
pub(crate) fn copy_within(
    store: &mut StoreMut<'_>,
    target: LocalMemory,
    to: usize,
    source: LocalMemory,
    from: usize,
    length: usize,
    interruption: Option<&Interruption>,
) -> Result<(), Error> {
    if target.entry == source.entry {
        let bytes = target.memory.data_mut(store);
        return pieces::copy_within(bytes, to, from, length, interruption);
    }
    // The interpreter lends the bytes of one memory at a time.
    let mut buffer = [0; 64];
    let (target, source) = (target.memory, source.memory);
    let reach = |at: usize, size: usize| at.checked_add(length).is_some_and(|end| end <= size);
    if !reach(to, target.data_size(&*store)) || !reach(from, source.data_size(&*store)) {
        return Err(Trap::MemoryOutOfBounds.into());
    }
    for start in (0..length).step_by(buffer.len()) {
        if start % PIECE == 0 {
            check(interruption)?;
        }
        let part = buffer.len().min(length - start);
        let part = buffer.get_mut(..part).unwrap_or_default();
        source.data(&*store).read(from + start, part).map_err(convert::access)?;
        target.data_mut(&mut *store).write(to + start, part).map_err(convert::access)?;
    }
    Ok(())
}

/// As [`grow`] for a guest, which can be stopped in between: the pages that the memory has by then stay.
pub(crate) fn grow_by_pieces(
    store: &mut StoreMut<'_>,
    place: LocalMemory,
    delta: u64,
    interruption: &Interruption,
) -> Result<u64, Error> {
    let memory = place.memory;
    let (before, page) = (memory.size(&*store), page_size(store.data(), place)?);
    let step = (PIECE as u64 / page).max(1);
    let most = most_pages(store.data(), place)?;
    if delta <= step || before.saturating_add(delta) > most {
        return grow(store, place, delta);
    }
    let bytes = |pages: u64| usize::try_from(pages.saturating_mul(page)).unwrap_or(usize::MAX);
    let (current, desired, maximum) = (bytes(before), bytes(before + delta), Some(bytes(most)));
    store.data_mut().session.ask_once(current, desired, maximum)?;
    let mut left = delta;
    while left > 0 {
        interruption.check()?;
        let pages = left.min(step);
        unlimited(store, |store| memory.grow(store, pages))
            .map_err(|_| Error::Internal("a memory that may grow does not"))?;
        left -= pages;
    }
    Ok(before)
}

/// Pages that are reserved for a memory.
pub(crate) fn most_pages(world: &World, place: LocalMemory) -> Result<u64, Error> {
    let entry = world.memories.get(place.entry).ok_or(Error::WrongStore)?;
    Ok(entry.capacity as u64 >> entry.ty.page_size_log2())
}

/// Bytes of a page of a memory.
pub(crate) fn page_size(world: &World, place: LocalMemory) -> Result<u64, Error> {
    let entry = world.memories.get(place.entry).ok_or(Error::WrongStore)?;
    Ok(1 << entry.ty.page_size_log2())
}

/// Does `f` without asking the session's limiter, which has been asked.
fn unlimited<R>(store: &mut StoreMut<'_>, f: impl FnOnce(&mut StoreMut<'_>) -> R) -> R {
    let hook = store.data_mut().session.hook.take();
    let result = f(store);
    store.data_mut().session.hook = hook;
    result
}

/// Adds `delta` pages to the memory of that entry.
pub(crate) fn grow(store: &mut StoreMut<'_>, place: LocalMemory, delta: u64) -> Result<u64, Error> {
    let LocalMemory { memory, entry } = place;
    let size = memory.size(&*store);
    let declared = store.data().memories.get(entry).and_then(|entry| entry.ty.maximum());
    let capacity = most_pages(store.data(), place)?;
    memory.grow(&mut *store, delta).map_err(|_| {
        let desired = size.saturating_add(delta);
        Error::Memory(match declared {
            Some(maximum) if desired > maximum => MemoryError::PastMaximum { size, delta, maximum },
            _ if desired <= capacity => return store.data_mut().session.refused(),
            _ => MemoryError::PastLease { size, delta, capacity },
        })
    })
}
