//! A store while a call of it runs.

use crate::compartment::place::Place;
use crate::error::Error;
use crate::world::StoreMut;

/// A store of which a call runs to its end on one of the engine's stacks. Unlike a
/// [claim](crate::engine::StackClaim) it counts no reference to the engine.
pub(crate) struct Running<'a, 's>(&'a mut StoreMut<'s>);

impl<'a, 's> Running<'a, 's> {
    /// Claims a stack.
    #[inline(always)]
    pub(crate) fn new(store: &'a mut StoreMut<'s>) -> Result<Self, Error> {
        store.data().engine.claim()?;
        Ok(Self(store))
    }

    /// Runs the call, where the interpreter runs.
    #[inline(always)]
    pub(crate) fn attempt<R>(
        &mut self,
        call: impl FnOnce(&mut StoreMut<'s>, &Place) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let place = self.0.data().engine.place().clone();
        let result = place.attempt(|| call(self.0, &place));
        result.map_err(|error| self.0.data().suspension.drop_with(error))
    }
}

impl Drop for Running<'_, '_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.data().engine.release();
    }
}
