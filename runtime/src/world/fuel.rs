//! Fuel: what a session may use up, of which the interpreter gets a slice at a time on an engine
//! with threads or one that is interruptible, and all at once on others.

use super::definitions::{StoreMut, World};
use crate::engine::Engine;
use crate::error::{Error, config::ConfigError};

/// The interpreter of an engine that does not count fuel refuses to tell.
const NONE: u64 = 0;

/// Refuses an engine that does not count fuel for its embedder.
pub(crate) fn check(engine: &Engine) -> Result<(), Error> {
    if engine.config().fuel {
        return Ok(());
    }
    Err(ConfigError::Fuel.into())
}

/// The fuel that the session has left.
pub(crate) fn left(store: &wasmi::StoreContext<'_, World>) -> u64 {
    store.data().session.fuel.saturating_add(store.get_fuel().unwrap_or(NONE))
}

/// Sets the fuel of the session, without making its running slice longer.
pub(crate) fn set(store: &mut StoreMut<'_>, fuel: u64) {
    let slice = match store.data().engine.config().has_slices() {
        true => store.get_fuel().unwrap_or(NONE).min(fuel),
        false => fuel,
    };
    store.data_mut().session.fuel = fuel - slice;
    give(store, slice);
}

/// Takes fuel for work that a host function does for its guest.
pub(crate) fn charge(store: &mut StoreMut<'_>, fuel: u64) -> Result<(), Error> {
    let config = store.data().engine.config();
    if !config.fuel && !config.has_slices() {
        return Ok(());
    }
    let metered = config.fuel;
    let slice = store.get_fuel().unwrap_or(NONE);
    let missing = fuel.saturating_sub(slice);
    if missing > 0 && metered {
        let session = &mut store.data_mut().session;
        session.fuel = session.fuel.checked_sub(missing).ok_or(Error::OutOfFuel)?;
    }
    give(store, slice.saturating_sub(fuel));
    Ok(())
}

/// Units of fuel by which a slice is shorter for a call of a builtin.
const BUILTIN: u64 = 50;

/// Makes the running slice shorter for a builtin that takes more time than its fuel tells, where guests
/// can be stopped. It costs none.
pub(crate) fn shorten_slice(store: &mut StoreMut<'_>) {
    if store.data().session.interruption.is_none() {
        return;
    }
    let slice = store.get_fuel().unwrap_or(NONE);
    let rest = slice.saturating_sub(BUILTIN);
    let session = &mut store.data_mut().session;
    session.fuel = session.fuel.saturating_add(slice - rest);
    give(store, rest);
}

/// Gives the interpreter the fuel for a slice, `required` at least.
pub(crate) fn load(store: &mut StoreMut<'_>, required: u64) -> Result<(), Error> {
    let world = store.data_mut();
    let config = world.engine.config();
    let mut slice = config.slice.max(required);
    if config.fuel {
        slice = slice.min(world.session.fuel);
        if slice < required || slice == 0 {
            return Err(Error::OutOfFuel);
        }
        world.session.fuel -= slice;
    }
    give(store, slice);
    Ok(())
}

/// Takes back what a slice has left.
pub(crate) fn unload(store: &mut StoreMut<'_>) {
    let rest = store.get_fuel().unwrap_or(NONE);
    let world = store.data_mut();
    if world.engine.config().fuel {
        world.session.fuel = world.session.fuel.saturating_add(rest);
    }
    give(store, 0);
}

/// Gives a slice that was interrupted what it had left, as far as the session still has it.
pub(crate) fn give_back(store: &mut StoreMut<'_>, mut slice: u64) {
    let world = store.data_mut();
    if world.engine.config().fuel {
        slice = slice.min(world.session.fuel);
        world.session.fuel -= slice;
    }
    give(store, slice);
}

fn give(store: &mut StoreMut<'_>, fuel: u64) {
    // Refused only where fuel is not counted.
    drop(store.set_fuel(fuel));
}
