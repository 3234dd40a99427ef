//! The memories of a world.

use super::{
    definitions::{BackingStore, MemoryEntry, RemoteMemory, World},
    session::StoreId,
};

impl World {
    /// The memories of all sessions of an owner.
    pub(crate) fn memories_of(&self, owner: StoreId) -> impl Iterator<Item = &MemoryEntry> {
        self.memories.iter().filter(move |entry| entry.owner == owner)
    }

    /// The memory of another engine's world that an entry stands for.
    pub(crate) fn remote_memory(&self, entry: usize) -> Option<&RemoteMemory> {
        match &self.memories.get(entry)?.backing {
            BackingStore::Locked(memory, _) => memory.as_ref(),
            _ => None,
        }
    }

    /// Lets go of the memories of other worlds, when no guest can run again: two worlds that use each
    /// other's memories would keep each other for ever.
    pub(crate) fn unlink(&mut self) {
        for entry in &mut self.memories {
            if let BackingStore::Locked(memory, _) = &mut entry.backing {
                *memory = None;
            }
        }
    }

    /// Bytes of the pool that the memories of an owner reserve.
    pub(crate) fn reserved_bytes(&self, owner: StoreId) -> u64 {
        let lease = |entry: &MemoryEntry| match &entry.backing {
            BackingStore::Lease(lease) => lease.len() as u64,
            BackingStore::Empty(_) | BackingStore::Locked(..) => 0,
        };
        self.memories_of(owner).map(lease).sum()
    }

    /// The entry of the memory whose bytes begin at `base`.
    pub(crate) fn memory_at(&self, base: usize) -> Option<usize> {
        self.memories.iter().position(|entry| entry.base == base)
    }
}
