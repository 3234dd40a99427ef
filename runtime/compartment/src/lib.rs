//! A heap and a native stack of its own for code that may run out of either, `no_std`.
//!
//! A [`Compartment`] is made of one buffer. Code that [runs](Compartment::run) in it uses the
//! compartment's stack, and what it allocates comes from the compartment's heap, because the program's
//! global allocator is a [`Heap`]. When either is used up, the code is left where it is, for ever: its
//! caller gets a [`RunError`], the program goes on, and the buffer serves the next compartment.
//! So it is left when the future of a job is dropped that may be interrupted anywhere.
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
//! stacks checks how much of it is left, and whether the canary at its end is whole. What asks for nothing
//! and runs over the end runs into a guard:
//!
//! | machine | guard | by |
//! |---|---|---|
//! | Armv8-M with the main extension | the stack pointer's limit, to the byte | a usage fault |
//! | Armv7-M with a memory protection unit | its last region, 1 KiB below the stack | a memory management fault |
//! | others | none: it then has overwritten the compartment's own heap, which is abandoned | |
//!
//! The crate has handlers for these faults, as weak symbols of the names that `cortex-m-rt` uses,
//! `UsageFault` and `MemoryManagement`, which leave a compartment that overflowed and make hard faults of all
//! others. A firmware's own handlers of these names take their place, and there is no guard then.
//!
//! A compartment that is entered from the main stack, as without an operating system, uses the process
//! stack pointer: interrupt handlers stay on the main stack, and take an exception's frame of the
//! compartment's, 104 bytes at most. One that is entered from a thread of an operating system, which uses
//! that pointer itself, or from a handler takes the place of their stack, without a guard, and needs room for
//! what comes meanwhile. Region and faults are set up by the first compartment; a region that is in use
//! stays as it is, and there is no guard then.
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
#[cfg(all(target_arch = "arm", target_os = "none"))]
mod fault;
mod give_way;
mod guard;
mod heap;
#[cfg(all(target_arch = "arm", target_os = "none"))]
mod interrupted;
mod job;
mod progress;
mod registry;
mod requests;
mod routine;
mod run_async;
mod side;
mod stack;
mod stats;

pub use compartment::{Compartment, heap_stats, outside, try_outside};
pub use error::{CompartmentError, OutsideError, RunError};
pub use give_way::{give_way, stay};
pub use heap::Heap;
pub use run_async::RunAsync;
pub use stats::{CompartmentStats, HeapStats};

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
