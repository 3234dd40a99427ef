//! What work takes, on the machine's own counters: that of other runtimes, that of threads, and of guests that
//! give way.

#[cfg(feature = "compartments")]
pub mod preempted;
pub mod threads;
mod workloads;

pub use workloads::{Load, run};
