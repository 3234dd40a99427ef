//! The lock of a world while it is held.

use super::errands::Errands;
use super::mailboxes;
use crate::runtime::store::Home;
use core::ops::{Deref, DerefMut};
use vellum_memory::LockGuard;

/// A world whose lock is held. Whoever has it does what others have left for its holder, after it was
/// taken and before it is released.
pub(crate) struct Held<'a> {
    world: LockGuard<'a, Home>,
    errands: &'a Errands,
}

impl<'a> Held<'a> {
    pub(super) fn new(world: LockGuard<'a, Home>, errands: &'a Errands) -> Self {
        let mut held = Self { world, errands };
        held.settle();
        held
    }

    #[inline]
    fn settle(&mut self) {
        if self.errands.are_left() {
            self.errands.run(self.world.inner.data_mut());
        }
        if !self.world.inner.data().mailboxes.is_empty() {
            mailboxes::empty(&mut (&mut self.world.inner).into());
        }
    }
}

impl Deref for Held<'_> {
    type Target = Home;

    fn deref(&self) -> &Home {
        &self.world
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Home {
        &mut self.world
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.settle();
    }
}
