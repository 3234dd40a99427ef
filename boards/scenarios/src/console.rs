//! Where scenarios and jobs print, and what a board can measure.

use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

use vellum::{Error, PagePool, StaticBuffer};

use crate::{
    Work,
    runner::{Moment, Step},
};

/// Where scenarios and guests print.
pub trait Console: Clone + Send + Sync + 'static {
    /// Prints program output, which may be several lines.
    fn line(&self, text: fmt::Arguments<'_>);

    /// Prints `label` and a float as Rust's `{}` shows it. Apart from [`Console::line`], so that a
    /// chip can leave the formatting to the machine where it is read.
    fn single(&self, label: &str, value: f32);

    /// Prints `label` and a float, like [`Console::single`].
    fn double(&self, label: &str, value: f64);

    /// Reports a failure in one line.
    fn error(&self, text: fmt::Arguments<'_>);

    /// What engines with threads have to know of this machine.
    fn threads(&self) -> &'static vellum::Platform;

    /// How much work is really done at once: cores without an operating system, or as many threads
    /// of one as wanted. On one core work is done as tasks.
    fn cores(&self) -> usize;

    /// Runs all of these at once, by the means that the platform has. What is not done at once
    /// is done in turns as tasks, or one after the other: of these none waits for a later one.
    ///
    /// # Errors
    ///
    /// The first error of any of it.
    fn at_once(&self, works: Vec<Box<dyn Work>>) -> Result<(), Error>;
}

/// A console on a machine that can measure itself. What it can't measure is `None`.
pub trait Platform: Console {
    /// Starts all high-water marks and counts anew from what is in use now.
    fn restart(&self) {}

    /// Starts only the stack's high-water mark anew.
    fn repaint(&self) {}

    /// Notes that a job has reached a step.
    fn step(&self, _step: Step) {}

    /// Instructions or cycles executed since some fixed moment.
    fn clock(&self) -> Option<u64> {
        None
    }

    /// What [`Platform::clock`] counts: `instructions` or `cycles`.
    fn unit(&self) -> &'static str {
        "instructions"
    }

    /// The heap's figures.
    fn heap(&self) -> Option<Heap> {
        None
    }

    /// Most bytes of the native stack in use at once since [`Platform::restart`] or
    /// [`Platform::repaint`].
    fn stack(&self) -> Option<usize> {
        None
    }

    /// Most bytes of the native stack that a job may have in use at once.
    fn stack_limit(&self) -> Option<usize> {
        None
    }

    /// Lets allocations fail that would bring the heap to more than these bytes above what is in use now;
    /// none for that after `None`.
    fn limit_heap(&self, _bytes: Option<usize>) {}

    /// Lends a pool without pages so many bytes of the heap's region.
    ///
    /// # Errors
    ///
    /// The most bytes that it could be lent, if these are more.
    fn lend(&self, _pool: &'static PagePool, _bytes: usize) -> Result<(), usize> {
        Err(0)
    }

    /// Takes back what the pool was lent.
    fn reclaim(&self, _pool: &'static PagePool) {}

    /// Whether the platform looks at the memories of guests. Where it does not, nothing is done for that.
    const LOOKS: bool = false;

    /// The name by which a guest exports the memory of this number that the platform looks at; `None` if
    /// it looks at no more than so many.
    fn looks_at(&self, _number: usize) -> Option<String> {
        None
    }

    /// Looks at the memory of this number.
    fn look(&self, _moment: Moment, _number: usize, _bytes: &mut [u8]) {}

    /// Calls `handler` this many times a second from an interrupt handler, until
    /// [`Platform::stop_interrupts`]. Tells whether there is a timer for it.
    fn start_interrupts(&self, _rate: u32, _handler: fn()) -> bool {
        false
    }

    /// Lets all but the first `count` allocations fail that are made on a stack in this buffer, and tells
    /// how many were made since it was asked last. All succeed after `None`.
    fn fail_allocations(&self, _on: &'static StaticBuffer, _count: Option<usize>) -> usize {
        0
    }

    /// Ends what [`Platform::start_interrupts`] began.
    fn stop_interrupts(&self) {}
}

/// What the heap holds and has held since [`Platform::restart`], in bytes as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heap {
    /// Bytes in use now.
    pub used: usize,
    /// Most bytes in use at once.
    pub peak: usize,
    /// What that would have been if no block had grown where it was: a heap with other blocks may not have
    /// room for that.
    pub peak_if_moved: usize,
    /// Allocations and reallocations.
    pub allocations: usize,
    /// Bytes of the largest free block, 0 where there is no such thing.
    pub largest: usize,
}
