//! A world in reach: that of a store alone, or one whose lock is held.

use super::definitions::{SharedWorld, WorldGuard, WorldStore};
use crate::if_threads::IfThreads;
use core::ops::{Deref, DerefMut};
use vellum_memory::WouldDeadlock;

/// A world in reach.
pub(crate) enum WorldAccess<'a> {
    /// It has no lock, or the lender holds it.
    Lent(&'a mut WorldStore),
    /// This holds its lock.
    Locked(IfThreads<WorldGuard<'a>>),
}

impl<'a> WorldAccess<'a> {
    /// Takes the lock.
    #[inline(always)]
    pub(crate) fn lock(shared: &'a SharedWorld) -> Result<Self, WouldDeadlock> {
        Ok(Self::Locked(IfThreads::new(shared.threads, shared.lock()?)))
    }
}

impl Deref for WorldAccess<'_> {
    type Target = WorldStore;

    fn deref(&self) -> &WorldStore {
        match self {
            Self::Lent(world) => world,
            Self::Locked(world) => world,
        }
    }
}

impl DerefMut for WorldAccess<'_> {
    fn deref_mut(&mut self) -> &mut WorldStore {
        match self {
            Self::Lent(world) => world,
            Self::Locked(world) => world,
        }
    }
}
