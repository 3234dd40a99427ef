//! What the builtins of an instance know of it.

use super::reach::Spot;
use crate::error::Error;
use crate::module::Module;
use crate::world::World;
use alloc::vec::Vec;
use core::sync::atomic::AtomicBool;

/// What the helpers of an instance know of it.
pub(super) struct Surroundings {
    pub(super) module: Module,
    pub(super) memories: Vec<Spot>,
    /// Which data segments the guest has dropped.
    pub(super) dropped: Vec<AtomicBool>,
}

/// Only a module that was not prepared by the pass asks for what does not exist.
pub(super) const LIE: Error =
    Error::Config("the module's code does not fit what it is said to call");

impl Surroundings {
    pub(super) fn spot(&self, memory: i32) -> Result<&Spot, Error> {
        let index = usize::try_from(memory).ok();
        index.and_then(|index| self.memories.get(index)).ok_or(LIE)
    }
}

/// The guest that called a builtin.
pub(super) type Caller<'a> = wasmi::Caller<'a, World>;

/// What a builtin gives the interpreter.
pub(super) type Answer<T> = Result<T, wasmi::Error>;
