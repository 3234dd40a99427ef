//! A store: the unit in which guests and the embedder's data live and die.

pub(crate) mod as_context;
pub(crate) mod context;
pub(crate) mod guard;
#[cfg(feature = "interruption")]
pub(crate) mod interrupt;
pub(crate) mod limiter;
pub(crate) mod usage;
pub(crate) mod view;

use crate::engine::{Engine, limits::StoreLimits};
use crate::error::Error;
use crate::world::{WorldStore, member::Member, session::Session};
use alloc::boxed::Box;
use as_context::{AsContext, AsContextMut};
use context::{StoreContext, StoreContextMut};
use core::{fmt, marker::PhantomData};
use guard::StoreGuard;

/// Holds instances, memories and the embedder's data `T`.
///
/// Nothing in a store is freed before the store is: dropping it returns the pages of all its
/// memories to the pool. All stores of an engine with [threads](crate::Config::threads) share one
/// world, whose pages return when the last of them and the last
/// [`SharedMemory`](crate::SharedMemory) of the engine is dropped.
///
/// ```
/// use vellum::{Config, Engine, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
/// let mut store = Store::new(&engine, String::from("of the embedder"));
/// Memory::new(&mut store, MemoryType::new(1, Some(1)))?;
/// store.data_mut().push('!');
/// assert_eq!(PAGES.free(), 0);
///
/// drop(store);
/// assert_eq!(PAGES.free(), PAGE_SIZE);
/// # Ok::<(), vellum::Error>(())
/// ```
pub struct Store<T: Send + 'static> {
    kind: StoreKind,
    data: PhantomData<T>,
}

#[expect(clippy::large_enum_variant, reason = "a store without threads needs no heap of its own")]
enum StoreKind {
    /// In a world of its own.
    Own(WorldStore),
    /// In the world of its engine.
    Member(Member),
}

impl<T: Send + 'static> Store<T> {
    /// Makes an empty store around the embedder's `data`.
    ///
    /// `data` must be `Send`, because stores may be shared between tasks and cores.
    pub fn new(engine: &Engine, data: T) -> Self {
        let kind = match engine.config().proof() {
            Some(threads) => StoreKind::Member(Member::new(threads, engine, Box::new(data))),
            None => StoreKind::Own(WorldStore::new(
                engine,
                Session::of_store(engine, Box::new(data), 0),
            )),
        };
        Self { kind, data: PhantomData }
    }

    fn session(&self) -> &Session {
        match &self.kind {
            StoreKind::Own(own) => &own.inner.data().session,
            StoreKind::Member(member) => &member.session,
        }
    }

    fn session_mut(&mut self) -> &mut Session {
        match &mut self.kind {
            StoreKind::Own(own) => &mut own.inner.data_mut().session,
            StoreKind::Member(member) => &mut member.session,
        }
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        match &self.kind {
            StoreKind::Own(own) => &own.inner.data().engine,
            StoreKind::Member(member) => member.engine(),
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

    /// Where the guests were when the last call failed, if it did, and the module of one of them is instrumented.
    /// A start function counts as a call.
    #[cfg(feature = "backtrace")]
    #[cfg_attr(docsrs, doc(cfg(feature = "backtrace")))]
    pub fn backtrace(&self) -> Option<&crate::backtrace::Backtrace> {
        self.session().backtrace.as_ref()
    }

    /// Drops the store, and gives the embedder's data back.
    ///
    /// ```
    /// use vellum::{Config, Engine, Store};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let mut store = Store::new(&Engine::new(&Config::new())?, vec![1, 2]);
    /// store.data_mut().push(3);
    /// assert_eq!(store.into_data(), [1, 2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_data(mut self) -> T {
        self.session_mut().take_user()
    }

    /// Sets what the store may hold. What it holds already stays.
    pub fn set_limits(&mut self, limits: StoreLimits) {
        self.session_mut().limits = limits;
    }

    /// What the store may hold.
    pub fn limits(&self) -> StoreLimits {
        self.session().limits
    }

    /// Sets the fuel that calls may use up from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.as_context_mut().set_fuel(fuel)
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn get_fuel(&self) -> Result<u64, Error> {
        self.as_context().get_fuel()
    }

    /// Bytes of the pool that the store's memories reserve.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] in a host function of a guest of the same engine with threads.
    pub fn reserved_bytes(&self) -> Result<u64, Error> {
        let id = self.session().id;
        self.as_context().read(id, |store| store.data().reserved_bytes(id))
    }

    /// Bytes that the store's memories have, of those they reserve.
    ///
    /// # Errors
    ///
    /// As for [`Store::reserved_bytes`].
    pub fn memory_bytes(&self) -> Result<u64, Error> {
        let id = self.session().id;
        self.as_context().read(id, |store| {
            let memories = store.data().memories_of(id);
            memories.map(|entry| entry.inner.data_size(store) as u64).sum()
        })
    }

    /// Takes the lock of the store's world, so that bytes can be borrowed. While the guard lives, no
    /// other store of the engine goes on. Of an engine without threads, the store is all there is to
    /// take.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] when the asking context holds the lock already.
    pub fn lock(&mut self) -> Result<StoreGuard<'_, T>, Error> {
        match &mut self.kind {
            StoreKind::Own(own) => Ok(StoreGuard::of_own(own)),
            StoreKind::Member(member) => StoreGuard::of_member(member),
        }
    }
}

impl<T: Send + fmt::Debug + 'static> fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("data", self.data()).finish_non_exhaustive()
    }
}

impl<T: Send + 'static> AsContext for Store<T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        match &self.kind {
            StoreKind::Own(own) => StoreContext::direct((&*own.inner).into()),
            StoreKind::Member(member) => StoreContext::member(member),
        }
    }
}

impl<T: Send + 'static> AsContextMut for Store<T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        match &mut self.kind {
            StoreKind::Own(own) => StoreContextMut::direct((&mut *own.inner).into()),
            StoreKind::Member(member) => StoreContextMut::member(member),
        }
    }
}
