//! A linear memory behind a lock.

mod atomic;
mod attach;
mod block;
mod contents;
mod error;
mod guard;
mod park;
mod waiting;

use core::sync::atomic::Ordering;

pub use error::SharedError;
pub use guard::SharedGuard;
pub use waiting::Wait;

use crate::access::MemoryAccess;
use crate::error::{MemoryError, TypeError};
use crate::linear::LinearMemory;
use crate::lock::{LockError, LockStats, WouldDeadlock};
use crate::monitor::Monitor;
use crate::platform::Platform;
use crate::pool::PagePool;
use crate::sync::AtomicUsize;
use crate::ty::MemoryType;
use crate::wait::WAITERS;
use contents::Contents;

/// What a [`SharedMemory`] guards: a memory that grows.
///
/// ```
/// use vellum_memory::{Backing, LinearMemory, MemoryError, MemoryType, PAGE_SIZE, PagePool};
///
/// /// Grows any memory to `pages`.
/// fn grow_to(memory: &mut impl Backing, pages: u64) -> Result<(), MemoryError> {
///     memory.grow(pages.saturating_sub(memory.size())).map(drop)
/// }
///
/// static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
///
/// let mut memory = LinearMemory::new(&POOL, MemoryType::new(0, Some(2)))?;
/// grow_to(&mut memory, 2)?;
/// assert_eq!(memory.size(), 2);
/// # Ok::<(), MemoryError>(())
/// ```
pub trait Backing: MemoryAccess {
    /// The type that the memory was made with.
    fn ty(&self) -> MemoryType;

    /// The size in pages.
    fn size(&self) -> u64;

    /// Adds `delta` pages, all zero, and gives the size before in pages.
    ///
    /// # Errors
    ///
    /// If the memory can't grow so far. Nothing is changed then.
    fn grow(&mut self, delta: u64) -> Result<u64, MemoryError>;
}

impl Backing for LinearMemory {
    fn ty(&self) -> MemoryType {
        Self::ty(self)
    }

    fn size(&self) -> u64 {
        Self::size(self)
    }

    fn grow(&mut self, delta: u64) -> Result<u64, MemoryError> {
        Self::grow(self, delta)
    }
}

/// A linear memory that threads, cores and interrupt handlers use through one shared reference.
///
/// Every operation takes the memory's lock, which serves in order, and is therefore atomic: a copy
/// of a whole block as much as an atomic addition. All of them, in all contexts, happen in one
/// order that all agree on. Up to `N` waits for a notification are kept at one time.
///
/// Bytes are never borrowed while others may write: [`lock`](Self::lock) gives a guard that has the
/// memory to itself, [`with`](Self::with) lends it to a closure, and the other operations copy.
///
/// Nothing is allocated: a `static_cell::StaticCell` or a scope holds it, and each context has a
/// reference. The page [`sharing`](crate::sharing) says what each may do.
///
/// ```
/// use std::thread;
/// use vellum_memory::{MemoryAccess, MemoryType, PAGE_SIZE, PagePool, Platform, SharedMemory};
///
/// static POOL: PagePool<[u8; 5 * PAGE_SIZE]> = PagePool::new();
///
/// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(5)))?.on(&Platform::STD);
/// thread::scope(|scope| {
///     for n in 0..3 {
///         let memory = &memory;
///         scope.spawn(move || {
///             memory.write(n * 32, format!("Thread {n} was here!").as_bytes()).unwrap();
///             memory.atomic_add(96, 1_u32).unwrap();
///         });
///     }
/// });
/// assert_eq!(memory.atomic_load::<u32>(96)?, 3);
/// assert_eq!(memory.lock()?.slice(64..82)?, b"Thread 2 was here!");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SharedMemory<M: Backing = LinearMemory, const N: usize = WAITERS> {
    monitor: Monitor<Contents<M, N>, N>,
    ty: MemoryType,
    /// The size in pages, written under the lock. What is read without it takes part in the one
    /// order of events by itself.
    pages: AtomicUsize,
}

impl SharedMemory {
    /// Makes a memory of type `ty` on a lease of `pool` that is as long as the memory may grow. It
    /// is shared whether or not the type says so.
    ///
    /// It is on [`Platform::ONE_CORE`], unless [`on`](Self::on) moves it.
    ///
    /// # Errors
    ///
    /// If the type is not valid, has no maximum or 64-bit addresses, or the pool has no room.
    pub fn new(pool: &'static PagePool, ty: MemoryType) -> Result<Self, MemoryError> {
        let ty = shared(ty)?;
        Ok(Self::over(LinearMemory::new(pool, ty)?)?)
    }
}

impl<M: Backing, const N: usize> SharedMemory<M, N> {
    /// Shares a memory that exists.
    ///
    /// # Errors
    ///
    /// If the memory's type is not valid, or has no maximum or 64-bit addresses.
    pub fn over(memory: M) -> Result<Self, TypeError> {
        let ty = shared(memory.ty())?;
        let pages = AtomicUsize::new(clamped(memory.size()));
        Ok(Self { monitor: Monitor::new(Contents::new(memory)), ty, pages })
    }

    /// Moves the memory to another platform.
    #[must_use]
    pub fn on(self, platform: &'static Platform) -> Self {
        Self { monitor: self.monitor.on(platform), ..self }
    }

    /// The type that the memory was made with; it is shared.
    pub const fn ty(&self) -> MemoryType {
        self.ty
    }

    /// The size in pages. It never shrinks, and this takes no lock.
    pub fn size(&self) -> u64 {
        self.pages.load(Ordering::SeqCst) as u64
    }

    /// The size of a page in bytes.
    pub const fn page_size(&self) -> u64 {
        self.ty.page_size()
    }

    /// The size in bytes. It never shrinks, and this takes no lock.
    pub fn data_len(&self) -> usize {
        clamped(self.size().saturating_mul(self.page_size()))
    }

    /// What the lock has counted.
    pub fn lock_stats(&self) -> LockStats {
        self.monitor.stats()
    }

    /// The platform of the lock.
    pub fn platform(&self) -> &'static Platform {
        self.monitor.platform()
    }

    /// Takes the memory, and waits for it if another context has it. See [`Lock::lock`](crate::Lock::lock).
    ///
    /// # Errors
    ///
    /// If another context has it, and this one must not wait or would wait for ever.
    pub fn lock(&self) -> Result<SharedGuard<'_, M, N>, WouldDeadlock> {
        self.monitor.lock().map(|held| SharedGuard::new(self, held))
    }

    /// Takes the memory if it is free. See [`Lock::try_lock`](crate::Lock::try_lock).
    ///
    /// # Errors
    ///
    /// If another context has it.
    pub fn try_lock(&self) -> Result<SharedGuard<'_, M, N>, LockError> {
        self.monitor.try_lock().map(|held| SharedGuard::new(self, held))
    }

    /// Takes the memory, and looks `turns` times more if another context has it. See
    /// [`Lock::lock_within`](crate::Lock::lock_within).
    ///
    /// # Errors
    ///
    /// If the other context does not release it in time, or never can.
    pub fn lock_within(&self, turns: u32) -> Result<SharedGuard<'_, M, N>, LockError> {
        self.monitor.lock_within(turns).map(|held| SharedGuard::new(self, held))
    }

    /// Lends the memory, locked, to a closure.
    ///
    /// # Errors
    ///
    /// As [`lock`](Self::lock).
    pub fn with<R>(
        &self,
        work: impl FnOnce(&mut SharedGuard<'_, M, N>) -> R,
    ) -> Result<R, WouldDeadlock> {
        Ok(work(&mut self.lock()?))
    }

    /// Adds `delta` pages, all zero, and gives the size before in pages. No byte moves.
    ///
    /// # Errors
    ///
    /// If the type's maximum or the lease does not allow as many, or as [`lock`](Self::lock).
    pub fn grow(&self, delta: u64) -> Result<u64, SharedError> {
        Ok(self.lock()?.grow(delta)?)
    }

    /// The memory as it was shared.
    pub fn into_inner(self) -> M {
        self.monitor.into_inner().memory
    }
}

/// The type of a memory once it is shared.
fn shared(ty: MemoryType) -> Result<MemoryType, TypeError> {
    if ty.is_64() {
        return Err(TypeError::SharedWith64BitAddresses);
    }
    MemoryType::builder()
        .min(ty.minimum())
        .max(ty.maximum())
        .page_size_log2(ty.page_size_log2())
        .shared(true)
        .build()
}

/// The count, or the most that this machine's addresses can tell.
fn clamped(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
