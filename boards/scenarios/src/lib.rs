//! Guest programs and what they must show, run unchanged on every board and on the host.
//!
//! - [`examples`]: seven short tours of the memory API. Each returns what it observed, so that tests
//!   check values, and prints it to a [`Console`].
//! - [`parallel`]: what must hold when guests share a memory and run at once.
//! - [`embedding`]: what else an embedder asks of modules and stores: futures, limits, tables.
//! - [`small`]: several small guests at once, on a chip where a page of 64 KiB is a lot.
//! - [`runner`]: runs any module as a job: link, start, call, report.
//! - [`mod@bench`]: the workloads that other runtimes were measured with, and what threads cost.
//! - `compartments`: guests that run out of a heap of their own, with the feature of that name.
//! - `stopping`: guests that an interrupt stops, with the feature `interruption`.
//! - `script`: the official test suite, with the feature of that name.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod bench;
#[cfg(feature = "compartments")]
pub mod compartments;
mod console;
pub mod embedding;
pub mod examples;
#[cfg(feature = "std")]
pub mod host;
pub mod parallel;
pub mod runner;
#[cfg(feature = "script")]
pub mod script;
pub mod small;
#[cfg(feature = "interruption")]
pub mod stopping;
mod work;
mod worker;

pub use console::{Console, Heap, Platform};
pub use work::{Task, Work};
pub use worker::Worker;
