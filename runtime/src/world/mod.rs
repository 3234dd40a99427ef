//! What the interpreter's store carries for the runtime: the pages, the instances, and the session
//! whose guest is running. It is the same type for every embedder, so that the interpreter is
//! compiled once.

pub(crate) mod abandoned;
pub(crate) mod admission;
mod asking;
pub(crate) mod blocking_wait;
pub(crate) mod deferred;
mod definitions;
pub(crate) mod delivery;
pub(crate) mod entries;
pub(crate) mod fuel;
mod handle_counts;
pub(crate) mod inside;
pub(crate) mod interruption;
pub(crate) mod kept;
pub(crate) mod limiter;
mod loading;
pub(crate) mod local_memory;
mod locked_memory;
pub(crate) mod member;
mod memories;
pub(crate) mod pieces;
pub(crate) mod placement;
mod remote;
mod remote_wait;
pub(crate) mod session;
pub(crate) mod session_guard;
#[cfg(feature = "backtrace")]
pub(crate) mod shadow;
mod shared_world;
#[cfg(feature = "compartments")]
mod sleepers;
pub(crate) mod stacks;
mod suspension;
pub(crate) mod turn;
pub(crate) mod wait;
pub(crate) mod wait_time;
mod waiting;
#[cfg(feature = "backtrace")]
pub(crate) mod whose;
pub(crate) mod world_access;
mod world_guard;
mod world_handle;
mod world_store;

pub(crate) use definitions::{
    InstanceEntry, LocalMemory, LockedMemory, MemoryEntry, RemoteMemory, RemoteWait, SharedWorld,
    StoreMut, Suspension, SuspensionSlot, World, WorldHandle, WorldStore,
};
