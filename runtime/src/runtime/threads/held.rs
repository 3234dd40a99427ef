//! The lock of a world while it is held.

use super::mailboxes;
use super::seat::Shared;
use crate::runtime::store::Home;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{Ordering, fence};
use vellum_memory::LockGuard;

/// A world whose lock is held. Whoever has it does what others have left for its holder, after it was
/// taken and before it is released.
pub(crate) struct Held<'a> {
    world: LockGuard<'a, Home>,
    /// Dropped when the lock is released.
    released: Released<'a>,
}

/// Looks after what was left for the holder of a lock while it was about to release it.
struct Released<'a>(&'a Shared);

impl<'a> Held<'a> {
    pub(super) fn new(world: LockGuard<'a, Home>, shared: &'a Shared) -> Self {
        let mut held = Self { world, released: Released(shared) };
        held.settle();
        held
    }

    #[inline]
    fn settle(&mut self) {
        let Self { world, released: Released(shared) } = self;
        if shared.errands.are_left() || !world.inner.data().mailboxes.is_empty() {
            self.settle_all();
        }
    }

    /// Apart, so that those who have nothing to do don't make room for it.
    #[cold]
    #[inline(never)]
    fn settle_all(&mut self) {
        let Self { world, released: Released(shared) } = self;
        while shared.errands.are_left() {
            shared.errands.run(world.inner.data_mut(), &shared.handles);
        }
        if !world.inner.data().mailboxes.is_empty() {
            mailboxes::empty(&mut (&mut world.inner).into());
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

impl Drop for Released<'_> {
    #[inline]
    fn drop(&mut self) {
        // Whoever leaves something and then finds the lock held is seen here, or finds it free.
        fence(Ordering::SeqCst);
        if self.0.errands.are_left() {
            self.0.run_errands();
        }
    }
}
