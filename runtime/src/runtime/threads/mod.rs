//! Stores that share a world: one interpreter's store behind one lock, in which the threads of a
//! program take turns, a slice each.

use super::{Config, Error};
use crate::presence::Threads;

mod call;
mod calls;
mod errands;
mod foreign;
mod group;
mod guard;
mod handle;
mod held;
mod mailboxes;
mod reach;
mod seat;
mod shared_memory;
mod shared_wait;
mod spawn;
mod suspend;
mod wait;
mod worlds;

pub(super) use call::{Pending, uninterrupted};
pub(super) use calls::{block, give_way};
pub(super) use errands::Left;
pub(super) use foreign::{Foreign, ForeignWait};
pub use guard::StoreGuard;
pub(super) use handle::Handle;
pub(super) use reach::copy_within;
pub(super) use seat::{Entered, Seat, Shared};
pub use shared_memory::SharedMemory;
pub(super) use spawn::{Occupied, Thread};
pub use suspend::Suspended;
pub(super) use wait::{Place, Time, begin, notify, trap};

pub(super) const NO_THREADS: Error =
    Error::Config("the engine has no threads: enable them with Config::threads");

const LEFT_OUT: Error =
    Error::Config("threads are left out: build vellum with its feature threads");

/// Turns of waiting of one who may hold the lock of another world.
const TURNS: u32 = 1 << 16;
/// Turns of waiting of one who comes back later.
const FEW_TURNS: u32 = 4;

/// Whether an engine of this configuration has threads, for what can't do without.
pub(super) fn required(config: &Config) -> Result<Threads, Error> {
    config.proof().ok_or(NO_THREADS)
}

/// Refuses threads where there can't be any.
pub(super) fn check(config: &Config) -> Result<(), Error> {
    if config.threads && Threads::POSSIBLE.is_none() { Err(LEFT_OUT) } else { Ok(()) }
}
