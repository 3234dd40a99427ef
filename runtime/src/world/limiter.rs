//! The limiter that an embedder has set for its store.

use crate::engine::Engine;
use crate::error::Error;
use alloc::boxed::Box;
use core::any::Any;

/// Asks the limiter in the embedder's data.
pub(crate) type Ask = Box<dyn FnMut(&mut (dyn Any + Send), Growth) -> Result<bool, Error> + Send>;

/// A memory, in bytes, or a table, in elements, that is about to grow.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Growth {
    pub(crate) of: Growing,
    pub(crate) current: usize,
    pub(crate) desired: usize,
    pub(crate) maximum: Option<usize>,
}

/// What grows.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Growing {
    Memory,
    Table,
}

/// The limiter of a session.
pub(crate) struct Limiter {
    pub(super) engine: Engine,
    pub(super) ask: Ask,
    /// What it allowed last.
    pub(super) allowed: Option<Growth>,
    /// What it allowed and the slice had no fuel for: the instruction is repeated in the next one.
    pub(super) repeated: Option<Growth>,
    /// Why it refused what it was asked for last, if it did.
    pub(super) refusal: Option<Error>,
}
