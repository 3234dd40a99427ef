//! Holding the lock of a world.

use super::definitions::{WorldGuard, WorldStore};
use core::ops::{Deref, DerefMut};
use vellum_memory::MonitorGuard;

impl<'a> WorldGuard<'a> {
    pub(super) fn of(world: MonitorGuard<'a, WorldStore>) -> Self {
        Self(world)
    }
}

impl Deref for WorldGuard<'_> {
    type Target = WorldStore;

    #[inline(always)]
    fn deref(&self) -> &WorldStore {
        &self.0
    }
}

impl DerefMut for WorldGuard<'_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut WorldStore {
        &mut self.0
    }
}

/// Nobody gives a notification in a world whose compartment is abandoned: who waits for one is to look again.
#[cfg(feature = "compartments")]
impl Drop for WorldGuard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        let world = self.inner.data_mut();
        if world.is_abandoned() && world.waits.as_ref().is_some_and(|waits| waits.waiting() > 0) {
            world.wake_all();
        }
    }
}
