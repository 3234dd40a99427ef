//! Growing a memory as a future.

use super::Memory;
use crate::error::Error;
use crate::store::{as_context::AsContextMut, view::ViewMut};
use crate::world::turn::turn;

impl Memory {
    /// As [`Memory::grow`], as a future that gives way to other tasks while somebody else has the lock
    /// of the memory's world. Zeroing the pages is not interrupted.
    ///
    /// # Errors
    ///
    /// As for [`Memory::grow`].
    ///
    /// ```
    /// use core::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// use vellum::{Config, Engine, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
    ///
    /// static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let mut store = Store::new(&Engine::new(Config::new().page_pool(&PAGES))?, ());
    /// let memory = Memory::new(&mut store, MemoryType::new(1, Some(2)))?;
    /// let grown = pin!(memory.grow_async(&mut store, 1));
    /// let before = grown.poll(&mut Context::from_waker(Waker::noop()));
    /// assert!(matches!(before, Poll::Ready(Ok(1))));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn grow_async(&self, mut store: impl AsContextMut, delta: u64) -> Result<u64, Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        if let ViewMut::Member(member, _) = context.view_mut() {
            turn(&member.shared).await?;
        }
        if let Some(remote) = self.locked(&context)? {
            turn(&remote.shared).await?;
        }
        self.grow(context, delta)
    }
}
