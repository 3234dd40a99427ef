//! Linear memories.

// First, so that the type's page begins with how it is made.
mod make;

mod access;
mod growing;
mod inspect;
pub(crate) mod shared;
mod shared_mailboxes;
mod shared_wait;
mod sharing;

use crate::error::Error;
use crate::store::as_context::{AsContext, AsContextMut};
use crate::world::{
    LocalMemory, MemoryEntry, RemoteMemory, World, local_memory::grow, session::StoreId,
};
use core::fmt;
use vellum_memory::MemoryType;

/// A linear memory of a store, on pages of the engine's pool.
///
/// Its bytes never move. Every access is checked against the memory's present size; a write that
/// does not fit writes nothing.
///
/// ```
/// use vellum::{Config, Engine, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
///
/// static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
///
/// # fn main() -> Result<(), vellum::Error> {
/// let mut store = Store::new(&Engine::new(Config::new().page_pool(&PAGES))?, ());
/// let memory = Memory::new(&mut store, MemoryType::new(1, Some(2)))?;
/// memory.write(&mut store, 100, b"Hello")?;
/// memory.slice_mut(&mut store, 100..101)?[0] = b'J';
/// assert_eq!(memory.slice(&store, 100..105)?, b"Jello");
/// assert_eq!((memory.size(&store)?, memory.page_size_log2(&store)?), (1, 16));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Memory {
    pub(crate) store: StoreId,
    pub(crate) inner: wasmi::Memory,
    pub(crate) entry: usize,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Memory {
    pub(crate) fn of(store: StoreId, place: LocalMemory) -> Self {
        Self { store, inner: place.memory, entry: place.entry }
    }

    fn place(&self) -> LocalMemory {
        LocalMemory { memory: self.inner, entry: self.entry }
    }

    fn with_entry<R>(
        &self,
        store: impl AsContext,
        f: impl FnOnce(&MemoryEntry) -> R,
    ) -> Result<R, Error> {
        let read = |store: wasmi::StoreContext<'_, World>| {
            store.data().memories.get(self.entry).map(f).ok_or(Error::WrongStore)
        };
        store.as_context().read(self.store, read)?
    }

    /// The memory itself, if it is another engine's.
    pub(crate) fn locked(&self, store: impl AsContext) -> Result<Option<RemoteMemory>, Error> {
        let memory =
            |store: wasmi::StoreContext<'_, World>| store.data().remote_memory(self.entry).cloned();
        store.as_context().read(self.store, memory)
    }

    /// Looks at the memory under one lock, unless it is another engine's, which is given instead.
    fn look<R>(
        &self,
        store: impl AsContext,
        f: impl FnOnce(wasmi::StoreContext<'_, World>) -> R,
    ) -> Result<Result<R, RemoteMemory>, Error> {
        store.as_context().read(self.store, |store| match store.data().remote_memory(self.entry) {
            Some(memory) => Err(memory.clone()),
            None => Ok(f(store)),
        })
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
        match self.look(store, |store| self.inner.size(store))? {
            Ok(size) => Ok(size),
            Err(memory) => memory.size(),
        }
    }

    /// Bytes of one page: 65,536, or 1 under the custom-page-sizes proposal.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn page_size(&self, store: impl AsContext) -> Result<u64, Error> {
        self.with_entry(store, |entry| entry.ty.page_size())
    }

    /// Binary logarithm of the size of one page: 16, or 0 under the custom-page-sizes proposal.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn page_size_log2(&self, store: impl AsContext) -> Result<u8, Error> {
        self.with_entry(store, |entry| entry.ty.page_size_log2())
    }

    /// Bytes that the memory has.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    pub fn data_size(&self, store: impl AsContext) -> Result<usize, Error> {
        match self.look(store, |store| self.inner.data_size(store))? {
            Ok(size) => Ok(size),
            Err(memory) => memory.with(|bytes| bytes.len()),
        }
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
        let entry = |store: wasmi::StoreContext<'_, World>| {
            store.data().memories.get(self.entry).map(|entry| entry.capacity)
        };
        match self.look(store, entry)? {
            Ok(capacity) => capacity.ok_or(Error::WrongStore),
            Err(memory) => memory.capacity(),
        }
    }

    /// Adds `delta` pages, all zero, in place, and gives the number of pages before.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] past the maximum or the pages reserved; nothing changes then.
    pub fn grow(&self, mut store: impl AsContextMut, delta: u64) -> Result<u64, Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let grown =
            context.change(|store| match store.data().remote_memory(self.entry).cloned() {
                Some(memory) => Err(memory),
                None => Ok(grow(store, self.place(), delta)),
            })?;
        grown.unwrap_or_else(|memory| memory.grow(delta))
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
        match self.look(store, |store| self.inner.data_ptr(store))? {
            Ok(pointer) => Ok(pointer),
            Err(memory) => memory.data_ptr(),
        }
    }
}
