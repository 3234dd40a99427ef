//! Reaching a shared memory under the lock of its world.

use super::{
    definitions::{LocalMemory, LockedMemory, StoreMut, WorldGuard, WorldHandle},
    interruption::Interruption,
    local_memory::{copy_within, grow},
    pieces,
    shared_world::{FEW_TURNS, TURNS},
};
use crate::error::Error;
use core::fmt;

impl fmt::Debug for LockedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockedMemory").field("ty", &self.ty).finish_non_exhaustive()
    }
}

impl LockedMemory {
    /// Takes the lock of the memory's world, whose interpreter has its bytes.
    #[inline(always)]
    pub(crate) fn lock(&self) -> Result<WorldGuard<'_>, Error> {
        self.shared.reach()
    }

    /// As [`LockedMemory::lock`], if the lock can be had soon.
    fn try_lock(&self) -> Result<Option<WorldGuard<'_>>, Error> {
        let world = self.shared.lock_soon()?;
        self.shared.engine.place().check()?;
        Ok(world)
    }

    /// Does `f` to the memory under the lock of its world.
    pub(crate) fn with_store<R>(
        &self,
        f: impl FnOnce(&mut StoreMut<'_>, LocalMemory) -> Result<R, Error>,
    ) -> Result<R, Error> {
        f(&mut (&mut *self.lock()?.inner).into(), self.place)
    }

    /// As [`LockedMemory::with_store`], if the lock can be had soon.
    pub(crate) fn try_with_store<R>(
        &self,
        f: impl FnOnce(&mut StoreMut<'_>, LocalMemory) -> Result<R, Error>,
    ) -> Result<Option<R>, Error> {
        match self.try_lock()? {
            Some(mut world) => f(&mut (&mut *world.inner).into(), self.place).map(Some),
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
        interruption: Option<&Interruption>,
    ) -> Result<(), Error> {
        if !WorldHandle::same(&self.shared, &source.shared) {
            // Never waits for one lock while it holds the other: their order is not ours alone.
            loop {
                for _ in 0..TURNS / FEW_TURNS {
                    let mut target = self.lock()?;
                    let Some(from_world) = source.try_lock()? else { continue };
                    let bytes = source.place.memory.data(&*from_world.inner);
                    let target = self.place.memory.data_mut(&mut *target.inner);
                    return pieces::copy(target, to, bytes, from, length, interruption);
                }
                self.shared.check_alone()?;
            }
        }
        let mut world = self.lock()?;
        let store = &mut (&mut *world.inner).into();
        copy_within(store, self.place, to, source.place, from, length, interruption)
    }

    /// Lends the bytes to `f` under the lock.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> Result<R, Error> {
        let mut world = self.lock()?;
        Ok(f(self.place.memory.data_mut(&mut *world.inner)))
    }

    /// Pages that the memory has.
    pub(crate) fn size(&self) -> Result<u64, Error> {
        Ok(self.place.memory.size(&*self.lock()?.inner))
    }

    /// Bytes that the memory may grow to.
    pub(crate) fn capacity(&self) -> Result<usize, Error> {
        let world = self.lock()?;
        let entry = world.inner.data().memories.get(self.place.entry);
        entry.map(|entry| entry.capacity).ok_or(Error::WrongStore)
    }

    /// Address of the memory's first byte.
    pub(crate) fn data_ptr(&self) -> Result<*mut u8, Error> {
        Ok(self.place.memory.data_ptr(&*self.lock()?.inner))
    }

    /// Adds `delta` pages, and gives the number of pages before.
    pub(crate) fn grow(&self, delta: u64) -> Result<u64, Error> {
        let mut world = self.lock()?;
        grow(&mut (&mut *world.inner).into(), self.place, delta)
    }
}
