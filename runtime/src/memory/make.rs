//! Making a memory.

use super::Memory;
use crate::error::Error;
use crate::store::as_context::AsContextMut;
use crate::world::placement::Placement;
use vellum_memory::MemoryType;

impl Memory {
    /// Makes a memory of type `ty`, all zero.
    ///
    /// Its pages are reserved up to the declared maximum or, without one, up to
    /// [`Config::memory_reserve`](crate::Config::memory_reserve) over the minimum; at most
    /// [`Config::memory_maximum`](crate::Config::memory_maximum).
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] for a type that the specification does not allow,
    /// [`Error::OutOfPages`] when the pool has no room, [`Error::LimitExceeded`] past a limit of
    /// the engine or the store, [`Error::Config`] without a pool.
    pub fn new(store: impl AsContextMut, ty: MemoryType) -> Result<Self, Error> {
        Self::reserving(store, ty, None)
    }

    /// Like [`Memory::new`], reserving `maximum` pages (of the memory's page size) at most.
    ///
    /// # Errors
    ///
    /// As for [`Memory::new`].
    pub fn with_maximum(
        store: impl AsContextMut,
        ty: MemoryType,
        maximum: u64,
    ) -> Result<Self, Error> {
        Self::reserving(store, ty, Some(maximum))
    }

    fn reserving(
        mut store: impl AsContextMut,
        ty: MemoryType,
        cap: Option<u64>,
    ) -> Result<Self, Error> {
        let mut context = store.as_context_mut();
        let place = context.change(|store| {
            store.data().check_memories(1)?;
            Placement::reserve(store.data(), ty, cap)?.place(store)
        })??;
        Ok(Self::of(context.id(), place))
    }
}
