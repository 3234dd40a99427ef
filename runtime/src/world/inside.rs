//! Doing something to a store where its interpreter runs.

use super::definitions::StoreMut;
use crate::error::Error;

/// Does `f` to the store where its interpreter runs: what it gives back owns nothing that is allocated
/// there. See [`Place::run`](crate::compartment::place::Place::run).
pub(crate) fn inside<R>(
    store: &mut StoreMut<'_>,
    f: impl FnOnce(&mut StoreMut<'_>) -> R,
) -> Result<R, Error> {
    let place = store.data().engine.place().clone();
    place.run(|| f(store))
}
