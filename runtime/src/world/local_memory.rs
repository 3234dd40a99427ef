//! A memory of the world at hand.

use super::definitions::{LocalMemory, StoreMut};
use crate::error::{Error, convert, trap::Trap};
use vellum_memory::{BlockAccess, MemoryAccess, MemoryError};

/// Copies between two memories of one world, or within one.
pub(crate) fn copy_within(
    store: &mut StoreMut<'_>,
    target: LocalMemory,
    to: usize,
    source: LocalMemory,
    from: usize,
    length: usize,
) -> Result<(), Error> {
    if target.entry == source.entry {
        let bytes = target.memory.data_mut(store);
        return bytes.memory_copy(to, from, length).map_err(convert::access);
    }
    // The interpreter lends the bytes of one memory at a time.
    let mut buffer = [0; 64];
    let (target, source) = (target.memory, source.memory);
    let reach = |at: usize, size: usize| at.checked_add(length).is_some_and(|end| end <= size);
    if !reach(to, target.data_size(&*store)) || !reach(from, source.data_size(&*store)) {
        return Err(Trap::MemoryOutOfBounds.into());
    }
    for start in (0..length).step_by(buffer.len()) {
        let part = buffer.len().min(length - start);
        let part = buffer.get_mut(..part).unwrap_or_default();
        source.data(&*store).read(from + start, part).map_err(convert::access)?;
        target.data_mut(&mut *store).write(to + start, part).map_err(convert::access)?;
    }
    Ok(())
}

/// Adds `delta` pages to the memory of that entry.
pub(crate) fn grow(store: &mut StoreMut<'_>, place: LocalMemory, delta: u64) -> Result<u64, Error> {
    let LocalMemory { memory, entry } = place;
    let size = memory.size(&*store);
    let declared = store.data().memories.get(entry).and_then(|entry| entry.ty.maximum());
    memory.grow(&mut *store, delta).map_err(|_| {
        let capacity = memory.ty(&*store).maximum().unwrap_or(size);
        let desired = size.saturating_add(delta);
        Error::Memory(match declared {
            Some(maximum) if desired > maximum => MemoryError::PastMaximum { size, delta, maximum },
            _ if desired <= capacity => return store.data_mut().session.refused(),
            _ => MemoryError::PastLease { size, delta, capacity },
        })
    })
}
