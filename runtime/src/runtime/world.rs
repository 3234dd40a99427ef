//! What a store keeps beside the interpreter's own state: the embedder's data, the pages, the
//! limits. It is the same type for every embedder, so that the interpreter is compiled once.

use super::{Engine, Module, StoreLimits, admission};
use alloc::{boxed::Box, vec::Vec};
use core::any::Any;
use core::sync::atomic::{AtomicU32, Ordering};
use vellum_memory::{Lease, MemoryType};
use wasmi_core::LimiterError;

/// Tells stores apart, so that a handle knows where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoreId(u32);

impl StoreId {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// What keeps a memory's bytes in place while the interpreter holds them.
#[derive(Debug)]
pub(crate) enum Backing {
    /// Pages of the pool.
    Lease(Lease),
    /// A memory that can never have a byte: an address of its own, for telling it apart.
    Empty(#[expect(dead_code, reason = "held for its address alone")] Box<u8>),
}

/// A memory of the store.
#[derive(Debug)]
pub(crate) struct MemoryEntry {
    /// The type as it was declared; the interpreter knows the reserved pages as its maximum.
    pub(crate) ty: MemoryType,
    pub(crate) base: usize,
    /// Bytes that the memory may have at most.
    pub(crate) capacity: usize,
    pub(crate) backing: Backing,
}

/// An instance of the store.
pub(crate) struct InstanceEntry {
    pub(crate) inner: wasmi::Instance,
    pub(crate) module: Module,
}

pub(crate) struct World {
    pub(crate) id: StoreId,
    pub(crate) engine: Engine,
    pub(crate) user: Box<dyn Any + Send>,
    pub(crate) memories: Vec<MemoryEntry>,
    /// How many tables there are, those of instances that failed included.
    pub(crate) tables: usize,
    pub(crate) instances: Vec<InstanceEntry>,
    pub(crate) limits: StoreLimits,
}

impl World {
    pub(crate) fn new(engine: &Engine, user: Box<dyn Any + Send>) -> Self {
        Self {
            id: StoreId::new(),
            engine: engine.clone(),
            user,
            memories: Vec::new(),
            tables: 0,
            instances: Vec::new(),
            limits: StoreLimits::default(),
        }
    }

    /// Bytes of the pool that the store's memories reserve.
    pub(crate) fn reserved_bytes(&self) -> u64 {
        let lease = |entry: &MemoryEntry| match &entry.backing {
            Backing::Lease(lease) => lease.len() as u64,
            Backing::Empty(_) => 0,
        };
        self.memories.iter().map(lease).sum()
    }

    /// The entry of the memory whose bytes begin at `base`.
    pub(crate) fn memory_at(&self, base: usize) -> Option<usize> {
        self.memories.iter().position(|entry| entry.base == base)
    }
}

impl wasmi::ResourceLimiter for World {
    fn memory_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        // The pages are reserved: the memory's maximum is the limit.
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(desired <= self.limits.table_elements
            && admission::table_fits(self.engine.config(), desired).is_ok())
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }

    // The interpreter counts what a module imports as if the module added it: we count ourselves.
    fn tables(&self) -> usize {
        usize::MAX
    }

    fn memories(&self) -> usize {
        usize::MAX
    }
}
