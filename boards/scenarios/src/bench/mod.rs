//! What work takes, on the machine's own counters: that of other runtimes, and that of threads.

pub mod threads;
mod workloads;

pub use workloads::{Load, run};
