//! Running guests: directly, alone as a future, or in slices, in which the threads of a program take turns.

mod alone;
pub(crate) mod call;
pub(crate) mod group;
pub(crate) mod run;
pub(crate) mod running;
pub(crate) mod slices;
pub(crate) mod thread;
mod uninterrupted;
#[cfg(feature = "backtrace")]
mod watched;
