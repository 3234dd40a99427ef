//! A store while the lock of its world is held.

use super::{
    as_context::{AsContext, AsContextMut},
    context::{StoreContext, StoreContextMut},
};
use crate::error::Error;
use crate::threads_feature::Threads;
use crate::world::{WorldStore, member::Member, session::Session, world_access::WorldAccess};
use alloc::boxed::Box;
use core::marker::PhantomData;

/// A [`Store`](crate::Store) whose world is locked: its bytes can be borrowed, and calls run to
/// their end without giving way to other stores of the engine.
///
/// A guest that waits under it fails with [`Error::WouldDeadlock`].
///
/// A guard that is forgotten keeps the lock for good: the embedder's data stays in reach of its store,
/// and any other request for the world in the same context gets [`Error::WouldDeadlock`].
///
/// ```
/// use vellum::{Config, Engine, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let engine = Engine::new(Config::new().page_pool(&PAGES).threads(true))?;
/// let mut store = Store::new(&engine, ());
/// let memory = Memory::new(&mut store, MemoryType::new(1, Some(1)))?;
/// let guard = store.lock()?;
/// assert_eq!(memory.data(&guard)?[..4], [0; 4]);
/// # Ok::<(), vellum::Error>(())
/// ```
pub struct StoreGuard<'a, T: 'static> {
    world: WorldAccess<'a>,
    /// A member's session stays with its store, lest a guard that is forgotten takes it along. That of
    /// a store alone is in its world.
    member: Option<(&'a mut Box<Session>, Threads)>,
    data: PhantomData<&'a mut T>,
}

impl<'a, T: Send + 'static> StoreGuard<'a, T> {
    pub(crate) fn of_own(own: &'a mut WorldStore) -> Self {
        Self { world: WorldAccess::Lent(own), member: None, data: PhantomData }
    }

    pub(crate) fn of_member(member: &'a mut Member) -> Result<Self, Error> {
        let Member { threads, shared, session } = member;
        let world = WorldAccess::lock(shared)?;
        Ok(Self { world, member: Some((session, *threads)), data: PhantomData })
    }

    fn session(&self) -> &Session {
        match &self.member {
            None => &self.world.inner.data().session,
            Some((session, _)) => session,
        }
    }

    fn session_mut(&mut self) -> &mut Session {
        match &mut self.member {
            None => &mut self.world.inner.data_mut().session,
            Some((session, _)) => session,
        }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.session().user()
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        self.session_mut().user_mut()
    }
}

impl<T: Send + 'static> AsContext for StoreGuard<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        match &self.member {
            None => StoreContext::direct((&*self.world.inner).into()),
            Some((session, threads)) => StoreContext::locked(&self.world, session, *threads),
        }
    }
}

impl<T: Send + 'static> AsContextMut for StoreGuard<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        match &mut self.member {
            None => StoreContextMut::direct((&mut *self.world.inner).into()),
            Some((session, threads)) => StoreContextMut::locked(&mut self.world, session, *threads),
        }
    }
}
