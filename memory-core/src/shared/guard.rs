//! A shared memory while it is locked.

use core::fmt;
use core::sync::atomic::Ordering;

use super::{Backing, SharedMemory, clamped, contents::Contents};
use crate::access::MemoryAccess;
use crate::error::MemoryError;
use crate::linear::LinearMemory;
use crate::monitor::MonitorGuard;
use crate::wait::WAITERS;

/// A [`SharedMemory`] that its holder has to itself; released when dropped.
///
/// All of [`MemoryAccess`], [`AtomicAccess`](crate::AtomicAccess) and
/// [`BlockAccess`](crate::BlockAccess) applies to it, borrowed slices and views included.
///
/// ```
/// use core::task::Poll;
/// use vellum_memory::{MemoryType, PAGE_SIZE, PagePool, SharedMemory, Wait, WaitResult};
///
/// static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let memory = SharedMemory::new(&POOL, MemoryType::new(1, Some(1)))?;
/// let Wait::Queued(ticket) = memory.lock()?.wait32(64, 0, None)? else { panic!() };
///
/// let mut guard = memory.lock()?;
/// assert_eq!(guard.poll(&ticket, 0, None)?, Poll::Pending);
/// assert_eq!(guard.notify(64, 1)?, 1);
/// assert_eq!(guard.poll(&ticket, 0, None)?, Poll::Ready(WaitResult::Ok));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[must_use = "the memory is released when the guard is dropped"]
pub struct SharedGuard<'a, M: Backing = LinearMemory, const N: usize = WAITERS> {
    pub(super) shared: &'a SharedMemory<M, N>,
    pub(super) held: MonitorGuard<'a, Contents<M, N>, N>,
}

impl<'a, M: Backing, const N: usize> SharedGuard<'a, M, N> {
    pub(super) fn new(
        shared: &'a SharedMemory<M, N>,
        held: MonitorGuard<'a, Contents<M, N>, N>,
    ) -> Self {
        Self { shared, held }
    }

    /// Whether another context waits for the memory, and will have it when this guard is dropped.
    pub fn is_awaited(&self) -> bool {
        MonitorGuard::is_awaited(&self.held)
    }

    /// The size in pages.
    pub fn size(&self) -> u64 {
        self.held.memory.size()
    }

    /// Adds `delta` pages, all zero, and gives the size before in pages. No byte moves.
    ///
    /// # Errors
    ///
    /// If the type's maximum or the lease does not allow as many. Nothing is changed then.
    pub fn grow(&mut self, delta: u64) -> Result<u64, MemoryError> {
        let before = self.held.memory.grow(delta)?;
        self.publish_size();
        Ok(before)
    }

    /// Makes the size known outside the lock.
    fn publish_size(&self) {
        let pages = clamped(self.size());
        // Only holders of the lock write it.
        if self.shared.pages.load(Ordering::Relaxed) != pages {
            self.shared.pages.store(pages, Ordering::SeqCst);
        }
    }

    /// What is shared.
    pub fn backing(&self) -> &M {
        &self.held.memory
    }

    /// What is shared, to use it in its own way, which may write and grow the memory. It must stay
    /// the same memory.
    pub fn backing_mut(&mut self) -> &mut M {
        &mut self.held.memory
    }
}

impl<M: Backing, const N: usize> Drop for SharedGuard<'_, M, N> {
    fn drop(&mut self) {
        self.publish_size();
    }
}

impl<M: Backing, const N: usize> MemoryAccess for SharedGuard<'_, M, N> {
    fn data(&self) -> &[u8] {
        self.held.memory.data()
    }

    fn data_mut(&mut self) -> &mut [u8] {
        self.held.memory.data_mut()
    }
}

impl<M: Backing + fmt::Debug, const N: usize> fmt::Debug for SharedGuard<'_, M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedGuard").field(&self.held).finish()
    }
}
