//! Linear memories.

use super::placement::Placement;
use super::world::{MemoryEntry, StoreId};
use super::{AsContext, AsContextMut, Error, StoreContext, StoreContextMut, admission};
use core::ops::Range;
use vellum_memory::{Dump, MemoryAccess, MemoryError, MemoryType};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A linear memory of a store, on pages of the engine's pool.
///
/// Its bytes never move. Every access is checked against the memory's present size; a write that
/// does not fit writes nothing.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    pub(crate) store: StoreId,
    pub(crate) inner: wasmi::Memory,
    pub(crate) entry: usize,
}

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
        admission::check_memories(context.world(), 1)?;
        let placement = Placement::reserve(context.world(), ty, cap)?;
        let (inner, entry) = placement.place(&mut context.inner)?;
        Ok(Self { store: context.world().id, inner, entry })
    }

    fn with_entry<R>(
        &self,
        store: impl AsContext,
        f: impl FnOnce(&MemoryEntry) -> R,
    ) -> Result<R, Error> {
        let context = store.as_context();
        context.check(self.store)?;
        context.world().memories.get(self.entry).map(f).ok_or(Error::WrongStore)
    }

    /// The memory's type, with the limits it was declared with.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the memory belongs to another store; so for all methods below.
    pub fn ty(&self, store: impl AsContext) -> Result<MemoryType, Error> {
        self.with_entry(store, |entry| entry.ty)
    }

    /// Pages that the memory has, each of [`Memory::page_size`] bytes.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn size(&self, store: impl AsContext) -> Result<u64, Error> {
        let context = store.as_context();
        context.check(self.store)?;
        Ok(self.inner.size(context.inner))
    }

    /// Bytes of one page: 65,536, or 1 under the custom-page-sizes proposal.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn page_size(&self, store: impl AsContext) -> Result<u64, Error> {
        self.with_entry(store, |entry| entry.ty.page_size())
    }

    /// Bytes that the memory has.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn data_size(&self, store: impl AsContext) -> Result<usize, Error> {
        let context = store.as_context();
        context.check(self.store)?;
        Ok(self.inner.data_size(context.inner))
    }

    /// [`Memory::data_size`] under the name that slices use.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn data_len(&self, store: impl AsContext) -> Result<usize, Error> {
        self.data_size(store)
    }

    /// Bytes that the memory may grow to in the pages reserved for it.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn capacity(&self, store: impl AsContext) -> Result<usize, Error> {
        self.with_entry(store, |entry| entry.capacity)
    }

    /// Adds `delta` pages, all zero, in place, and gives the number of pages before.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] past the maximum or the pages reserved; nothing changes then.
    pub fn grow(&self, mut store: impl AsContextMut, delta: u64) -> Result<u64, Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let declared = self.ty(&context)?.maximum();
        let size = self.inner.size(&context.inner);
        self.inner.grow(&mut context.inner, delta).map_err(|_| {
            let capacity = self.inner.ty(&context.inner).maximum().unwrap_or(size);
            Error::Memory(match declared {
                Some(maximum) if size.saturating_add(delta) > maximum => {
                    MemoryError::PastMaximum { size, delta, maximum }
                }
                _ => MemoryError::PastLease { size, delta, capacity },
            })
        })
    }

    /// Address of the memory's first byte. It stays the same for as long as the store lives.
    ///
    /// Going through it bypasses every bounds check: only `data_size` bytes from it are the
    /// memory, only while the store is alive, and only while nothing else borrows the store.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn data_ptr(&self, store: impl AsContext) -> Result<*mut u8, Error> {
        let context = store.as_context();
        context.check(self.store)?;
        Ok(self.inner.data_ptr(context.inner))
    }

    /// The memory's bytes.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn data<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
    ) -> Result<&'a [u8], Error> {
        let context = store.into();
        context.check(self.store)?;
        Ok(self.inner.data(context.inner))
    }

    /// The memory's bytes, to change them.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn data_mut<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContextMut<'a, T>>,
    ) -> Result<&'a mut [u8], Error> {
        let context = store.into();
        context.check(self.store)?;
        Ok(self.inner.data_mut(context.inner))
    }

    /// The memory's bytes and the embedder's data, to change both.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn data_and_store_mut<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContextMut<'a, T>>,
    ) -> Result<(&'a mut [u8], &'a mut T), Error> {
        let context = store.into();
        context.check(self.store)?;
        let (bytes, world) = self.inner.data_and_store_mut(context.inner);
        Ok((bytes, super::context::user_mut(world)))
    }

    /// Reads the bytes from `offset` on into `buffer`, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when the bytes are not all in the memory.
    pub fn read(
        &self,
        store: impl AsContext,
        offset: usize,
        buffer: &mut [u8],
    ) -> Result<(), Error> {
        Ok(self.data(store.as_context())?.read(offset, buffer)?)
    }

    /// Writes `buffer` to the bytes from `offset` on, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when the bytes are not all in the memory; nothing is written then.
    pub fn write(
        &self,
        mut store: impl AsContextMut,
        offset: usize,
        buffer: &[u8],
    ) -> Result<(), Error> {
        Ok(self.data_mut(store.as_context_mut())?.write(offset, buffer)?)
    }

    /// The bytes of `range`.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when they are not all in the memory.
    pub fn slice<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
        range: Range<usize>,
    ) -> Result<&'a [u8], Error> {
        Ok(self.data(store)?.slice(range)?)
    }

    /// Borrows the structure of type `V` that lies at `offset`, in the little-endian layout that
    /// guests see.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when it is not all in the memory or not aligned for `V`.
    pub fn view<'a, V, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
        offset: usize,
    ) -> Result<&'a V, Error>
    where
        V: FromBytes + KnownLayout + Immutable,
    {
        Ok(self.data(store)?.view(offset)?)
    }

    /// Borrows the structure of type `V` that lies at `offset`, to change it.
    ///
    /// # Errors
    ///
    /// As for [`Memory::view`].
    pub fn view_mut<'a, V, T: Send + 'static>(
        &self,
        store: impl Into<StoreContextMut<'a, T>>,
        offset: usize,
    ) -> Result<&'a mut V, Error>
    where
        V: FromBytes + IntoBytes + KnownLayout,
    {
        Ok(self.data_mut(store)?.view_mut(offset)?)
    }

    /// Copies out the structure of type `V` that lies at `offset`, aligned or not.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when it is not all in the memory.
    pub fn read_value<V: FromBytes>(
        &self,
        store: impl AsContext,
        offset: usize,
    ) -> Result<V, Error> {
        Ok(self.data(store.as_context())?.read_value(offset)?)
    }

    /// Writes the structure `value` at `offset`, aligned or not, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when it does not fit; nothing is written then.
    pub fn write_value<V: IntoBytes + Immutable>(
        &self,
        mut store: impl AsContextMut,
        offset: usize,
        value: &V,
    ) -> Result<(), Error> {
        Ok(self.data_mut(store.as_context_mut())?.write_value(offset, value)?)
    }

    /// A hex dump of as much of `range` as is in the memory, `width` bytes a line.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn dump<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
        range: Range<usize>,
        width: usize,
    ) -> Result<Dump<'a>, Error> {
        Ok(self.data(store)?.dump(range, width))
    }
}
