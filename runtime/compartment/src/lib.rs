//! A heap and a native stack of its own for code that may run out of either, `no_std`.
//!
//! A [`Compartment`] is made of one buffer. Code that [runs](Compartment::run) in it uses the
//! compartment's stack, and what it allocates comes from the compartment's heap, because the program's
//! global allocator is a [`Heap`]. When either is used up, the code is left where it is, for ever: its
//! caller gets a [`RunError`], the program goes on, and the buffer serves the next compartment.
//!
//! # What is left behind
//!
//! A compartment that is abandoned is like a thread that is never scheduled again, and that nobody waits
//! for: its frames keep what they have, and no destructor of theirs runs. That is sound, because no frame
//! is taken away while it has something to do. What it costs is that
//!
//! - what the frames own outside the compartment is never given back: code that runs inside borrows such
//!   things, and its caller owns them;
//! - a lock that they hold stays locked: nobody may use it any more;
//! - what they were changing may be half changed: nobody may look at it any more, but where only code
//!   [outside] changes it.
//!
//! [`Compartment::run`] is unsafe for these reasons. The bytes of a compartment are used again when it is
//! dropped, and not when it is abandoned, so that what points into them may be kept for as long.
//!
//! # The stack
//!
//! The stack lies above the compartment's heap, in the same buffer. Every allocation and every switch of
//! stacks checks how much of it is left, and whether the canary at its end is whole. A function that
//! allocates nothing may run over the end before that is noticed: it then has overwritten the
//! compartment's own heap, which is abandoned. Interrupt handlers that come meanwhile use the stack that
//! is in use, too: it needs room for them.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `defmt` | `defmt::Format` for errors and statistics |
//! | `std` | for a PC: panics go on outside, and critical sections are those of the standard library |
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod arena;
mod compartment;
mod error;
mod heap;
mod job;
mod progress;
mod registry;
mod routine;
mod run_async;
mod side;
mod stack;
mod stats;

pub use compartment::{Compartment, heap_stats, outside, try_outside};
pub use error::{CompartmentError, OutsideError, RunError};
pub use heap::Heap;
pub use run_async::RunAsync;
pub use stats::{CompartmentStats, HeapStats};

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
