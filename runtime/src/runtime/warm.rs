//! Brings the interpreter's stacks to their full size, so that no call has to.

use super::{Config, Engine, Error, convert, world::World};
use alloc::boxed::Box;
use core::sync::atomic::{AtomicUsize, Ordering};

/// `(module (import "" "" (func $nested)) (func $f (call $f)) (func (export "w") (call $nested)
/// (call $f)))`: takes a stack, lets the next one be taken, then recurses to the limit.
const MODULE: &[u8] = &[
    0, b'a', b's', b'm', 1, 0, 0, 0, // header
    1, 4, 1, 0x60, 0, 0, // type () -> ()
    2, 5, 1, 0, 0, 0, 0, // import "" "" (func 0)
    3, 3, 2, 0, 0, // functions 1, 2
    7, 5, 1, 1, b'w', 0, 2, // export "w" function 2
    10, 13, 2, 4, 0, 0x10, 1, 0x0b, 6, 0, 0x10, 0, 0x10, 1, 0x0b, // bodies
];

/// Bytes that the interpreter keeps for one frame of a call, on any target.
const FRAME: usize = 32;

/// Upper bound of the heap that an engine's stacks take.
pub(super) fn heap_needed(config: &Config) -> usize {
    let frames = config.recursion.saturating_mul(FRAME).saturating_mul(2);
    config.value_stack.saturating_add(frames).saturating_mul(config.concurrent_calls)
}

/// The module that [`warm`] runs. Loaded while the engine is empty, when there is most room.
pub(super) fn module(engine: &wasmi::Engine) -> Result<wasmi::Module, Error> {
    wasmi::Module::new(engine, MODULE).map_err(|error| convert::call(&error))
}

/// Runs one call to the recursion limit on each stack that the engine keeps.
pub(super) fn warm(engine: &Engine, module: &wasmi::Module) -> Result<(), Error> {
    let fault = |error: wasmi::Error| convert::call(&error);
    let mut store = wasmi::Store::new(engine.wasmi(), World::new(engine, Box::new(())));
    if engine.config().fuel {
        store.set_fuel(u64::MAX).map_err(fault)?;
    }
    let left = AtomicUsize::new(engine.config().concurrent_calls - 1);
    let nested = wasmi::Func::wrap(&mut store, move |mut caller: wasmi::Caller<'_, World>| {
        if left.load(Ordering::Relaxed) == 0 {
            return;
        }
        left.fetch_sub(1, Ordering::Relaxed);
        if let Some(warm) = caller.get_export("w").and_then(wasmi::Extern::into_func) {
            // The recursion ends in a trap: that it does is the point.
            drop(warm.call(&mut caller, &[], &mut []));
        }
    });
    let instance = wasmi::Instance::new(&mut store, module, &[nested.into()]).map_err(fault)?;
    if let Some(warm) = instance.get_func(&store, "w") {
        drop(warm.call(&mut store, &[], &mut []));
    }
    Ok(())
}
