//! The module that brings the interpreter's stacks to their full size, and what they take.

use super::{
    config::{Config, mode::CompilationMode},
    valid,
};
use crate::error::{Error, convert, limit::Limit};

/// How many functions the module has.
pub(super) const FUNCTIONS: usize = 2;
/// And how many types of those.
pub(super) const TYPES: usize = 1;

/// Upper bound of the heap that an engine takes while it is made, without its stacks.
pub(super) const ENGINE: usize = 1280 * size_of::<usize>();

/// Upper bound of the heap that the store takes in which stacks are brought to their size, and more where
/// their functions are translated then.
const STORE: usize = 448 * size_of::<usize>();
const TRANSLATION: usize = 576 * size_of::<usize>();

/// Bytes that the interpreter keeps for one frame of a call, and the fewest frames that it has room for.
const FRAME: usize = 4 * size_of::<usize>();
const FEWEST_FRAMES: usize = 4;

/// Bytes that a call takes beside its stack while it is stopped, and what an allocator adds to the
/// blocks of a stack.
const STOPPED: usize = 128 * size_of::<usize>();

/// Bytes that the stacks of an engine may take together.
const MOST_BYTES: usize = 1 << 28;

/// Upper bound of the heap that an engine's stacks take, while they are brought to their size too.
pub(super) fn heap_needed(config: &Config) -> usize {
    let frames = config.recursion.max(FEWEST_FRAMES).checked_next_power_of_two();
    let frames = frames.unwrap_or(usize::MAX).saturating_mul(FRAME);
    let stack = config.value_stack.saturating_add(frames).saturating_add(STOPPED);
    // A list of frames grows by being copied: of those that it had before, the last has half as many, and
    // all together have as many.
    let store = if config.mode == CompilationMode::Eager { STORE } else { STORE + TRANSLATION };
    stack.saturating_mul(config.concurrent_calls).saturating_add(frames).saturating_add(store)
}

/// Refuses stacks that no heap is to have room for.
pub(super) fn check(config: &Config) -> Result<(), Error> {
    let needed = heap_needed(config);
    if needed > MOST_BYTES {
        return Err(Error::limit(Limit::StackBytes, MOST_BYTES as u64, needed as u64));
    }
    Ok(())
}

/// The module. Loaded while the engine is empty, when there is most room.
pub(super) fn module(engine: &wasmi::Engine) -> Result<wasmi::Module, Error> {
    valid::recursion(engine).map_err(|error| convert::call(&error))
}
