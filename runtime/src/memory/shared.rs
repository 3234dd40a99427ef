//! Memories that several stores see at once.

use super::Memory;
use crate::engine::Engine;
use crate::error::Error;
use crate::if_threads::IfThreads;
use crate::store::as_context::AsContextMut;
use crate::world::{
    LockedMemory, RemoteMemory, WorldHandle,
    placement::{self, Placement},
};
use core::fmt;
use vellum_memory::{
    AccessError, AtomicAccess, AtomicInt, AtomicRmw, LockStats, MemoryAccess, MemoryType, TypeError,
};
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// A linear memory in the world of an engine with threads, of which any number of stores and the
/// host hold views at once. Cheap to clone.
///
/// All operations on it happen one after another, in an order that every thread agrees
/// on. Its bytes never move.
///
/// It keeps the engine's world. A host function that captures one of its own engine is part of that
/// world, which so keeps itself for ever: put it into the store's data instead, or use the store's
/// [`Memory`]. The same holds for two engines whose host functions capture each other's.
///
/// In a host function of a guest of another engine with threads, what can't be had in bounded time is
/// [`Error::WouldDeadlock`]: its holder may wait for that engine.
///
/// ```
/// use vellum::{AtomicRmw, Config, Engine, MemoryType, PAGE_SIZE, PagePool, SharedMemory};
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let engine = Engine::new(Config::new().page_pool(&PAGES).threads(true))?;
/// let memory = SharedMemory::new(&engine, MemoryType::shared(1, 1))?;
/// let other = memory.clone();
/// memory.atomic_rmw(8, AtomicRmw::Add, 2_u32)?;
/// assert_eq!(other.atomic_load::<u32>(8)?, 2);
/// # Ok::<(), vellum::Error>(())
/// ```
#[derive(Clone)]
pub struct SharedMemory(pub(super) IfThreads<LockedMemory>);

impl fmt::Debug for SharedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedMemory").field("ty", &self.0.ty).finish_non_exhaustive()
    }
}

impl SharedMemory {
    pub(super) fn of(memory: LockedMemory) -> Self {
        Self(IfThreads::new(memory.threads, memory))
    }

    /// Makes a shared memory of type `ty`, all zero. The type need not say that it is shared.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] for a type without a maximum or with 64-bit addresses, and as for
    /// [`Memory::new`]; [`Error::Config`] when the engine has no threads, [`Error::WouldDeadlock`]
    /// in a host function of a guest of the engine.
    pub fn new(engine: &Engine, ty: MemoryType) -> Result<Self, Error> {
        let threads = engine.config().require_threads()?;
        if ty.is_64() {
            return Err(TypeError::SharedWith64BitAddresses.into());
        }
        let builder = MemoryType::builder().min(ty.minimum()).max(ty.maximum()).shared(true);
        let ty = builder.page_size_log2(ty.page_size_log2()).build()?;
        let shared = WorldHandle::of(engine, threads);
        let mut world = shared.reach()?;
        let placement = Placement::reserve(world.inner.data(), ty, None)?;
        let place = placement.place(&mut (&mut *world.inner).into())?;
        drop(world);
        Ok(Self::of(LockedMemory { threads, shared, place, ty }))
    }

    /// The engine in whose world the memory is.
    pub fn engine(&self) -> &Engine {
        &self.0.shared.engine
    }

    /// The memory's type, shared, with the limits it was declared with.
    pub fn ty(&self) -> MemoryType {
        self.0.ty
    }

    /// Bytes of one page: 65,536, or 1 under the custom-page-sizes proposal.
    pub fn page_size(&self) -> u64 {
        self.0.ty.page_size()
    }

    /// Binary logarithm of the size of one page: 16, or 0 under the custom-page-sizes proposal.
    pub fn page_size_log2(&self) -> u8 {
        self.0.ty.page_size_log2()
    }

    /// The memory as one of a store, to give to its instances. A [`Linker`](crate::Linker) or
    /// [`Instance::new`](crate::Instance::new) that is given the shared memory itself does so too.
    ///
    /// Guests of a store of the same engine reach it natively. Those of a store of another engine
    /// reach it by locked access: each load, store, atomic instruction or block operation takes the
    /// lock of this memory's world once. They run beside that world, and either can be unloaded while
    /// the other goes on. If that engine has threads of its own, their module is loaded by
    /// [`Module::with_locked`](crate::Module::with_locked).
    ///
    /// # Errors
    ///
    /// As for [`Memory::new`].
    pub fn as_memory(&self, mut store: impl AsContextMut) -> Result<Memory, Error> {
        let mut context = store.as_context_mut();
        if Engine::same(context.engine(), &self.0.shared.engine) {
            return Ok(Memory::of(context.id(), self.0.place));
        }
        let LockedMemory { threads, ref shared, place, ty } = *self.0;
        let memory = LockedMemory { threads, shared: shared.lent(), place, ty };
        let memory = RemoteMemory::new(memory);
        let place = context.change(|store| placement::locked(store, memory))??;
        Ok(Memory::of(context.id(), place))
    }

    /// Has the memory for oneself: everyone else waits while `f` looks at its bytes or changes them.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] when the asking context holds the lock of the engine's world, as in
    /// a host function of a guest of the engine, or holds another one and so may not wait for long.
    pub fn with<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> Result<R, Error> {
        self.0.with(f)
    }

    fn access<R>(&self, f: impl FnOnce(&mut [u8]) -> Result<R, AccessError>) -> Result<R, Error> {
        Ok(self.with(f)??)
    }

    /// What the lock of the engine's world has counted: of all its stores and shared memories.
    pub fn lock_stats(&self) -> LockStats {
        self.0.shared.lock_stats()
    }

    /// Pages that the memory has, each of [`SharedMemory::page_size`] bytes.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::with`]; so for all methods below.
    pub fn size(&self) -> Result<u64, Error> {
        self.0.size()
    }

    /// Bytes that the memory has.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::with`].
    pub fn data_size(&self) -> Result<usize, Error> {
        self.with(|bytes| bytes.len())
    }

    /// [`SharedMemory::data_size`] under the name that slices use.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::with`].
    pub fn data_len(&self) -> Result<usize, Error> {
        self.data_size()
    }

    /// Bytes that the memory may grow to in the pages reserved for it.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::with`].
    pub fn capacity(&self) -> Result<usize, Error> {
        self.0.capacity()
    }

    /// Address of the memory's first byte, which never changes.
    ///
    /// Going through it bypasses every check and the lock: the caller has to know that nothing
    /// else uses the memory meanwhile.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::with`].
    pub fn data_ptr(&self) -> Result<*mut u8, Error> {
        self.0.data_ptr()
    }

    /// Adds `delta` pages, all zero, in place, and gives the number of pages before. Every view of
    /// the memory has them at once.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] past the maximum or the pages reserved; nothing changes then.
    pub fn grow(&self, delta: u64) -> Result<u64, Error> {
        self.0.grow(delta)
    }

    /// Reads the bytes from `offset` on into `buffer`, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when the bytes are not all in the memory.
    pub fn read(&self, offset: usize, buffer: &mut [u8]) -> Result<(), Error> {
        self.access(|bytes| bytes.read(offset, buffer))
    }

    /// Writes `buffer` to the bytes from `offset` on, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when the bytes are not all in the memory; nothing is written then.
    pub fn write(&self, offset: usize, buffer: &[u8]) -> Result<(), Error> {
        self.access(|bytes| bytes.write(offset, buffer))
    }

    /// Copies out the structure of type `V` that lies at `offset`, aligned or not.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when it is not all in the memory.
    pub fn read_value<V: FromBytes>(&self, offset: usize) -> Result<V, Error> {
        self.access(|bytes| bytes.read_value(offset))
    }

    /// Writes the structure or the slice `value` at `offset`, aligned or not, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when it does not fit; nothing is written then.
    pub fn write_value<V: IntoBytes + Immutable + ?Sized>(
        &self,
        offset: usize,
        value: &V,
    ) -> Result<(), Error> {
        self.access(|bytes| bytes.write_value(offset, value))
    }

    /// The integer at `offset`.
    ///
    /// # Errors
    ///
    /// [`Error::Access`] when it is not all in the memory, or `offset` is no multiple of its size;
    /// so for all atomic operations. They change nothing then.
    pub fn atomic_load<I: AtomicInt>(&self, offset: usize) -> Result<I, Error> {
        self.access(|bytes| bytes.atomic_load(offset))
    }

    /// Replaces the integer at `offset`.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::atomic_load`].
    pub fn atomic_store<I: AtomicInt>(&self, offset: usize, value: I) -> Result<(), Error> {
        self.access(|bytes| bytes.atomic_store(offset, value))
    }

    /// Replaces the integer at `offset` by what `operation` makes of it and `operand`, and gives the
    /// old one.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::atomic_load`].
    pub fn atomic_rmw<I: AtomicInt>(
        &self,
        offset: usize,
        operation: AtomicRmw,
        operand: I,
    ) -> Result<I, Error> {
        self.access(|bytes| bytes.atomic_rmw(offset, operation, operand))
    }

    /// Replaces the integer at `offset` if it is `expected`, and gives the old one.
    ///
    /// # Errors
    ///
    /// As for [`SharedMemory::atomic_load`].
    pub fn atomic_compare_exchange<I: AtomicInt>(
        &self,
        offset: usize,
        expected: I,
        replacement: I,
    ) -> Result<I, Error> {
        self.access(|bytes| bytes.atomic_compare_exchange(offset, expected, replacement))
    }
}
