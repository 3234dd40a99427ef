//! Stopping guests: wherever one is, a handle or a deadline ends its call, and what it held comes back.
//!
//! Nothing here depends on time: who interrupts is called by the guest, or by the platform when a call is
//! idle, and clocks advance when they are looked at. A stop that is lost shows as a test without end.

mod bulk;
mod compartment;
mod deadline;
mod futures;
mod loops;
mod setup;
mod tables;
mod threads;
mod waiting;
