//! A memory of a world, and what keeps its bytes in place.

use super::{remote::RemoteMemory, session::StoreId};
use alloc::boxed::Box;
use vellum_memory::{Lease, MemoryType};

/// What keeps a memory's bytes in place while the interpreter holds them.
#[derive(Debug)]
pub(crate) enum BackingStore {
    /// Pages of the pool.
    Lease(Lease),
    /// A memory of another engine's world, reached under its lock, until the own world is
    /// [unlinked](super::World::unlink). The interpreter has none of its bytes, and the address tells it
    /// apart.
    Locked(
        Option<RemoteMemory>,
        #[expect(dead_code, reason = "held for its address alone")] Box<u8>,
    ),
    /// A memory that can never have a byte: an address of its own, for telling it apart.
    Empty(Box<u8>),
}

/// A memory of the store.
#[derive(Debug)]
pub(crate) struct MemoryEntry {
    /// The session that made it.
    pub(crate) owner: StoreId,
    /// The type as it was declared; the interpreter knows the reserved pages as its maximum.
    pub(crate) ty: MemoryType,
    pub(crate) inner: wasmi::Memory,
    pub(crate) base: usize,
    /// Bytes that the memory may have at most.
    pub(crate) capacity: usize,
    pub(crate) backing: BackingStore,
}
