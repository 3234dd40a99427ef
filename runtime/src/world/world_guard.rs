//! Holding the lock of a world.

#[cfg(feature = "compartments")]
use super::definitions::Sleepers;
use super::definitions::{WorldGuard, WorldStore};
use core::ops::{Deref, DerefMut};
use vellum_memory::MonitorGuard;

impl<'a> WorldGuard<'a> {
    pub(super) fn of(world: MonitorGuard<'a, WorldStore>) -> Self {
        Self {
            world,
            #[cfg(feature = "compartments")]
            told: Sleepers::default(),
        }
    }
}

impl Deref for WorldGuard<'_> {
    type Target = WorldStore;

    #[inline(always)]
    fn deref(&self) -> &WorldStore {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut WorldStore {
        &mut self.world
    }
}

/// Nothing goes on in a world whose compartment is abandoned: whoever waits there, or for something elsewhere, is
/// to look again. Futures are woken once the lock is free.
#[cfg(feature = "compartments")]
impl Drop for WorldGuard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.world.inner.data().is_newly_abandoned() {
            self.told = self.world.inner.data_mut().tell_all();
        }
    }
}
