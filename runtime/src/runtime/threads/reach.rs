//! Reaching a shared memory under the lock of its world.

use super::handle::Handle;
use super::held::Held;
use super::shared_memory::SharedMemory;
use super::wait::{self, Place};
use super::{FEW_TURNS, TURNS};
use crate::runtime::world::World;
use crate::runtime::{Error, Trap};
use vellum_memory::{BlockAccess, MemoryAccess, WouldDeadlock};

type Store<'a> = wasmi::StoreContextMut<'a, World>;

impl SharedMemory {
    /// Takes the lock of the memory's world.
    #[inline(always)]
    pub(super) fn lock(&self) -> Result<Held<'_>, WouldDeadlock> {
        self.shared.lock()
    }

    /// Does `f` to the memory under the lock of its world.
    pub(crate) fn reach<R>(
        &self,
        f: impl FnOnce(&mut Store<'_>, Place) -> Result<R, Error>,
    ) -> Result<R, Error> {
        f(&mut (&mut self.lock()?.inner).into(), self.place)
    }

    /// As [`SharedMemory::reach`], if the lock can be had soon.
    pub(crate) fn reach_soon<R>(
        &self,
        f: impl FnOnce(&mut Store<'_>, Place) -> Result<R, Error>,
    ) -> Result<Option<R>, Error> {
        match self.shared.lock_soon()? {
            Some(mut world) => f(&mut (&mut world.inner).into(), self.place).map(Some),
            None => Ok(None),
        }
    }

    /// Copies from another shared memory, or from another place of this one.
    pub(crate) fn copy_from(
        &self,
        to: usize,
        source: &Self,
        from: usize,
        length: usize,
    ) -> Result<(), Error> {
        if !Handle::same(&self.shared, &source.shared) {
            // Never waits for one lock while it holds the other: their order is not ours alone.
            loop {
                for _ in 0..TURNS / FEW_TURNS {
                    let mut target = self.lock()?;
                    let Some(from_world) = source.shared.lock_soon()? else { continue };
                    let bytes = source.place.memory.data(&from_world.inner);
                    let target = self.place.memory.data_mut(&mut target.inner);
                    return target.memory_copy_from(to, bytes, from, length).map_err(wait::trap);
                }
                self.shared.check_alone()?;
            }
        }
        let mut world = self.lock()?;
        copy_within(&mut (&mut world.inner).into(), self.place, to, source.place, from, length)
    }
}

/// Copies between two memories of one world, or within one.
pub(crate) fn copy_within(
    store: &mut Store<'_>,
    target: Place,
    to: usize,
    source: Place,
    from: usize,
    length: usize,
) -> Result<(), Error> {
    if target.entry == source.entry {
        let bytes = target.memory.data_mut(store);
        return bytes.memory_copy(to, from, length).map_err(wait::trap);
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
        source.data(&*store).read(from + start, part).map_err(wait::trap)?;
        target.data_mut(&mut *store).write(to + start, part).map_err(wait::trap)?;
    }
    Ok(())
}
