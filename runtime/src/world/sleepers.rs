//! Calls that wait as futures, to be told when their world ends.

use super::{
    definitions::{SharedWorld, Sleepers, World},
    session::StoreId,
};
use crate::error::Error;
use core::{mem, task::Waker};

impl Drop for Sleepers {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.drain(..).for_each(|(_, waker)| waker.wake());
    }
}

impl World {
    /// Whether nothing runs here any more, because the compartment was used up, and nobody was told.
    #[inline(always)]
    pub(super) fn is_newly_abandoned(&self) -> bool {
        !self.has_told && self.engine.place().check().is_err()
    }

    /// Has all who wait here look again, and gives those who wait elsewhere.
    #[cold]
    #[inline(never)]
    pub(super) fn tell_all(&mut self) -> Sleepers {
        self.has_told = true;
        self.wake_all();
        mem::take(&mut self.sleepers)
    }
}

impl SharedWorld {
    /// Has the call of a store woken when the world ends.
    pub(crate) fn wake_at_end(&self, store: StoreId, waker: &Waker) -> Result<(), Error> {
        if !self.engine.place().is_compartment() {
            return Ok(());
        }
        let mut world = self.reach()?;
        let Sleepers(sleepers) = &mut world.inner.data_mut().sleepers;
        match sleepers.iter_mut().find(|(sleeper, _)| *sleeper == store) {
            Some((_, known)) => known.clone_from(waker),
            None => sleepers.push((store, waker.clone())),
        }
        Ok(())
    }
}
