//! Brings the interpreter's stacks to their full size, so that no call has to.

use super::{
    Config, Engine, Error, convert,
    world::{Session, World},
};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use wasmi::ResumableCall;

/// `(module (import "" "" (func $taken)) (func $f (call $f)) (func (export "w") (call $taken)
/// (call $f)))`: takes a stack, stops there, and then recurses to the limit.
const MODULE: &[u8] = &[
    0, b'a', b's', b'm', 1, 0, 0, 0, // header
    1, 4, 1, 0x60, 0, 0, // type () -> ()
    2, 5, 1, 0, 0, 0, 0, // import "" "" (func 0)
    3, 3, 2, 0, 0, // functions 1, 2
    7, 5, 1, 1, b'w', 0, 2, // export "w" function 2
    10, 13, 2, 4, 0, 0x10, 1, 0x0b, 6, 0, 0x10, 0, 0x10, 1, 0x0b, // bodies
];

/// How many functions the module has.
pub(super) const FUNCTIONS: usize = 2;

/// Bytes that the interpreter keeps for one frame of a call, on any target.
const FRAME: usize = 32;

/// Bytes that a call takes beside its stack while it is stopped.
const STOPPED: usize = 64 * size_of::<usize>();

/// Upper bound of the heap that an engine's stacks take, while they are brought to their size too.
pub(super) fn heap_needed(config: &Config) -> usize {
    let frames = config.recursion.saturating_mul(FRAME).saturating_mul(2);
    let stack = config.value_stack.saturating_add(frames).saturating_add(STOPPED);
    stack.saturating_mul(config.concurrent_calls)
}

/// Stops a call that has taken its stack.
#[derive(Debug)]
struct Taken;

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stack is taken")
    }
}

impl wasmi::errors::HostError for Taken {}

/// The module that [`warm`] runs. Loaded while the engine is empty, when there is most room.
pub(super) fn module(engine: &wasmi::Engine) -> Result<wasmi::Module, Error> {
    wasmi::Module::new(engine, MODULE).map_err(|error| convert::call(&error))
}

/// Runs one call to the recursion limit on each stack that the engine keeps.
pub(super) fn warm(engine: &Engine, module: &wasmi::Module) -> Result<(), Error> {
    let fault = |error: wasmi::Error| convert::call(&error);
    let mut store =
        wasmi::Store::new(engine.wasmi(), World::new(engine, Session::new(Box::new(()), 0)));
    if engine.config().fuel || engine.config().has_threads() {
        store.set_fuel(u64::MAX).map_err(fault)?;
    }
    let taken = || Err::<(), _>(wasmi::Error::host(Taken));
    let taken = wasmi::Func::wrap(&mut store, taken);
    let instance = wasmi::Instance::new(&mut store, module, &[taken.into()]).map_err(fault)?;
    let Some(warm) = instance.get_func(&store, "w") else { return Ok(()) };
    // All are taken before one is used: those that are left return to the engine.
    let mut calls = Vec::with_capacity(engine.config().concurrent_calls);
    for _ in 0..engine.config().concurrent_calls {
        if let Ok(ResumableCall::HostTrap(call)) = warm.call_resumable(&mut store, &[], &mut []) {
            calls.push(call);
        }
    }
    for call in calls {
        // The recursion ends in a trap: that it does is the point.
        drop(call.resume(&mut store, &[], &mut []));
    }
    Ok(())
}
