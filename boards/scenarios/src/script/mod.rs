//! Scripts of the official test suite, executed by the runtime on the machine that it runs on.
//!
//! The host translates the suite's text into [`Line`]s, whose modules are binary; [`Session`] carries
//! them out. [`suite`] reads whole files of them on a chip.

mod directive;
mod execute;
mod litmus;
mod session;
mod spectest;
mod suite;
mod values;

pub use directive::{Action, Directive, Line};
pub use execute::{Outcome, execute};
pub use session::{LOCKED, Session, Way};
pub use suite::{Script, Totals, encode, suite};
pub use values::{Argument, Float, Lanes, Pattern, Reference};
