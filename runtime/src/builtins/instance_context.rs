//! What the builtins of an instance know of it.

use super::memory_location::MemoryLocation;
use crate::error::Error;
use crate::module::Module;
use crate::world::World;
use alloc::vec::Vec;
use core::sync::atomic::AtomicBool;

/// What the helpers of an instance know of it.
pub(super) struct InstanceContext {
    pub(super) module: Module,
    pub(super) memories: Vec<MemoryLocation>,
    /// Which data segments the guest has dropped.
    pub(super) dropped: Vec<AtomicBool>,
}

/// Only a module that was not prepared by the pass asks for what does not exist.
pub(super) const INVALID_HELPER_CALL: Error =
    Error::Internal("the module's code does not fit what it is said to call");

impl InstanceContext {
    pub(super) fn memory_location(&self, memory: i32) -> Result<&MemoryLocation, Error> {
        let index = usize::try_from(memory).ok();
        index.and_then(|index| self.memories.get(index)).ok_or(INVALID_HELPER_CALL)
    }
}

/// The guest that called a builtin.
pub(super) type BuiltinCaller<'a> = wasmi::Caller<'a, World>;

/// What a builtin gives the interpreter.
pub(super) type BuiltinResult<T> = Result<T, wasmi::Error>;
