//! Brings the interpreter's stacks to their full size, so that no call has to.

use super::{
    definitions::{World, WorldStore},
    session::Session,
};
use crate::engine::Engine;
use crate::error::{Error, convert};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use wasmi::ResumableCall;

/// Stops a call that has taken its stack.
#[derive(Debug)]
struct StackTaken;

impl fmt::Display for StackTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stack is taken")
    }
}

impl wasmi::errors::HostError for StackTaken {}

/// Brings the engine's stacks to their size, if they are not.
pub(crate) fn fill(engine: &Engine) -> Result<(), Error> {
    engine.fill_stacks(|module| {
        let mut store = WorldStore::new(engine, Session::new(Box::new(()), 0));
        engine.place().run(|| run(engine, &mut store.inner, module))?
    })
}

/// Runs one call to the recursion limit on each stack that the engine keeps.
fn run(
    engine: &Engine,
    store: &mut wasmi::Store<World>,
    module: &wasmi::Module,
) -> Result<(), Error> {
    let fault = |error: wasmi::Error| convert::call(&error);
    if engine.config().fuel || engine.config().has_slices() {
        store.set_fuel(u64::MAX).map_err(fault)?;
    }
    let taken = || Err::<(), _>(wasmi::Error::host(StackTaken));
    let taken = wasmi::Func::wrap(&mut *store, taken);
    let instance = wasmi::Instance::new(&mut *store, module, &[taken.into()]).map_err(fault)?;
    let Some(warm) = instance.get_func(&*store, "w") else { return Ok(()) };
    // All are taken before one is used: those that are left return to the engine.
    let mut calls = Vec::with_capacity(engine.config().concurrent_calls);
    for _ in 0..engine.config().concurrent_calls {
        if let Ok(ResumableCall::HostTrap(call)) = warm.call_resumable(&mut *store, &[], &mut []) {
            calls.push(call);
        }
    }
    for call in calls {
        // The recursion ends in a trap: that it does is the point.
        drop(call.resume(&mut *store, &[], &mut []));
    }
    Ok(())
}
