//! A side as a coroutine.

use core::convert::Infallible;
use core::mem::ManuallyDrop;

use corosensei::{Coroutine, CoroutineResult};

use super::{Ask, Told};
use crate::stack::Bounds;

/// What leaves the compartment's stack.
pub(crate) type Yielder = corosensei::Yielder<Ask, Told>;

/// What runs on the compartment's stack. It is forgotten, and never dropped: nothing on its stack is to
/// be.
pub(crate) struct Side(ManuallyDrop<Coroutine<Ask, Told, Infallible, Bounds>>);

impl Side {
    /// What runs on `stack`: `serve`, from the first ask on.
    pub(crate) fn new(
        stack: Bounds,
        serve: impl FnOnce(&Yielder, Ask) -> Infallible + 'static,
    ) -> Self {
        Self(ManuallyDrop::new(Coroutine::with_stack(stack, serve)))
    }

    /// No handler interrupts it.
    pub(crate) fn is_interrupted(&self) -> bool {
        false
    }

    /// Goes on there until it says something.
    pub(crate) fn resume(&mut self, ask: Ask) -> Told {
        match self.0.resume(ask) {
            CoroutineResult::Yield(told) => told,
            CoroutineResult::Return(never) => match never {},
        }
    }
}
