//! Guest programs and what they must show, run unchanged on every board and on the host.
//!
//! - [`examples`]: six short tours of the memory API. Each returns what it observed, so that tests
//!   check values, and prints it to a [`Console`].
//! - [`runner`]: runs any module as a job: link, start, call, report.
//! - [`mod@bench`]: the workloads that other runtimes were measured with.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod bench;
mod console;
pub mod examples;
#[cfg(feature = "std")]
pub mod host;
pub mod runner;

pub use console::{Console, Heap, Platform};
