//! The lock of a world while it is held.

use super::mailboxes;
use super::seat::Shared;
use crate::runtime::store::Home;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{Ordering, fence};
use vellum_memory::LockGuard;

/// A world whose lock is held. Whoever has it does what others have left for its holder, after it was
/// taken and when it is released.
pub(crate) struct Held<'a> {
    world: LockGuard<'a, Home>,
    /// Dropped when the lock is released.
    released: Released<'a>,
}

/// Looks after what was left for the holder of a lock while it was about to release it.
struct Released<'a>(&'a Shared);

impl<'a> Held<'a> {
    #[inline]
    pub(super) fn new(world: LockGuard<'a, Home>, shared: &'a Shared) -> Self {
        let held = Self { world, released: Released(shared) };
        if shared.errands.are_left() || held.has_mailboxes() { held.settled() } else { held }
    }

    #[inline]
    fn has_mailboxes(&self) -> bool {
        !self.world.inner.data().mailboxes.is_empty()
    }

    #[cold]
    #[inline(never)]
    fn settled(mut self) -> Self {
        self.settle();
        self
    }

    /// Apart, so that those who have nothing to do don't make room for it.
    #[cold]
    #[inline(never)]
    fn settle(&mut self) {
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
    #[inline]
    fn drop(&mut self) {
        // Errands are looked after when the lock is released.
        if self.has_mailboxes() {
            self.settle();
        }
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
