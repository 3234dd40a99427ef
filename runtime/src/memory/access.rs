//! The bytes of a memory.

use super::Memory;
use crate::error::Error;
use crate::store::{
    as_context::{AsContext, AsContextMut},
    context::{StoreContext, StoreContextMut},
};
use core::ops::Range;
use vellum_memory::{AccessError, Dump, MemoryAccess};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// What borrows bytes takes a store without threads, or a [`StoreGuard`](crate::StoreGuard); given
/// a store with threads it is [`Error::CannotBorrow`]. What copies them takes any. Of a memory that is
/// another engine's nothing can be borrowed.
impl Memory {
    /// Refuses to borrow what is another engine's.
    fn check_own(&self, store: &impl AsContext) -> Result<(), Error> {
        match self.locked(store)? {
            Some(_) => Err(Error::CannotBorrow),
            None => Ok(()),
        }
    }

    /// Changes the bytes while the store is in reach.
    fn change<R>(
        &self,
        mut store: impl AsContextMut,
        f: impl FnOnce(&mut [u8]) -> Result<R, AccessError>,
    ) -> Result<R, Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let changed =
            context.change(|store| match store.data().remote_memory(self.entry).cloned() {
                Some(memory) => Err((memory, f)),
                None => Ok(f(self.inner.data_mut(store))),
            })?;
        Ok(match changed {
            Ok(changed) => changed?,
            Err((memory, f)) => memory.with(f)??,
        })
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
        let store = store.into();
        self.check_own(&store)?;
        Ok(self.inner.data(store.borrow(self.store)?))
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
        let store = store.into();
        self.check_own(&store)?;
        Ok(self.inner.data_mut(store.borrow(self.store)?))
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
        let store = store.into();
        self.check_own(&store)?;
        store.borrow_both(self.store, self.inner)
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
        match self.look(store, |store| self.inner.data(store).read(offset, buffer))? {
            Ok(read) => Ok(read?),
            Err(memory) => Ok(memory.with(|bytes| bytes.read(offset, buffer))??),
        }
    }

    /// Writes `buffer` to the bytes from `offset` on, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when the bytes are not all in the memory; nothing is written then.
    pub fn write(
        &self,
        store: impl AsContextMut,
        offset: usize,
        buffer: &[u8],
    ) -> Result<(), Error> {
        self.change(store, |bytes| bytes.write(offset, buffer))
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

    /// The bytes of `range`, to change them.
    ///
    /// # Errors
    ///
    /// As for [`Memory::slice`].
    pub fn slice_mut<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContextMut<'a, T>>,
        range: Range<usize>,
    ) -> Result<&'a mut [u8], Error> {
        Ok(self.data_mut(store)?.slice_mut(range)?)
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
        match self.look(store, |store| self.inner.data(store).read_value(offset))? {
            Ok(value) => Ok(value?),
            Err(memory) => Ok(memory.with(|bytes| bytes.read_value(offset))??),
        }
    }

    /// Writes the structure or the slice `value` at `offset`, aligned or not, all of it or nothing.
    ///
    /// ```
    /// use vellum::{Config, Engine, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
    ///
    /// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let mut store = Store::new(&Engine::new(Config::new().page_pool(&PAGES))?, ());
    /// let memory = Memory::new(&mut store, MemoryType::new(1, Some(1)))?;
    /// let samples: &[i16] = &[1, -2, 3];
    /// memory.write_value(&mut store, 8, samples)?;
    /// assert_eq!(memory.read_value::<i16>(&store, 10)?, -2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when it does not fit; nothing is written then.
    pub fn write_value<V: IntoBytes + Immutable + ?Sized>(
        &self,
        store: impl AsContextMut,
        offset: usize,
        value: &V,
    ) -> Result<(), Error> {
        self.change(store, |bytes| bytes.write_value(offset, value))
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
