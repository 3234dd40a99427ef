//! Calls that run to their end under a lock that is held already.

use super::call::{Call, Progress};
use crate::error::Error;
use crate::world::{StoreMut, abandoned::Abandoned, fuel, interruption};
use wasmi::{AsContextMut as _, Val};

/// A store while one more of its calls can't be suspended.
struct Nested<'a>(StoreMut<'a>);

impl<'a> Nested<'a> {
    fn new(store: &'a mut StoreMut<'_>) -> Self {
        store.data_mut().uninterrupted += 1;
        Self(store.as_context_mut())
    }
}

impl Drop for Nested<'_> {
    fn drop(&mut self) {
        self.0.data_mut().uninterrupted -= 1;
    }
}

/// Runs a call to its end under a lock that is held already: by a host function, or by a
/// [`StoreGuard`](crate::StoreGuard).
pub(crate) fn uninterrupted(
    store: &mut StoreMut<'_>,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let engine = store.data().engine.clone();
    let mut call = Call::new(&engine, func)?;
    let outer = store.get_fuel().unwrap_or_default();
    let before = store.data().session.started.len();
    fuel::unload(store);
    let result = {
        let mut nested = Nested::new(store);
        loop {
            if let Err(error) = interruption::check(nested.0.data().session.interruption.as_ref()) {
                break Err(error);
            }
            match call.step(&mut nested.0, None, params, results, None) {
                Ok(Progress::Finished) => break Ok(()),
                Ok(Progress::Ran) => {}
                Ok(Progress::Suspended) => break Err(Error::WouldDeadlock),
                Err(error) => break Err(error),
            }
        }
    };
    // Threads end with the call in which they were started.
    let started = store.data_mut().session.started.split_off(before);
    let leave = &mut |left| store.data_mut().give_up(left);
    call.abandon(leave);
    started.iter().for_each(|_| leave(Abandoned::Thread));
    fuel::give_back(store, outer);
    result
}
