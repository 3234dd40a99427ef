//! What a store can be borrowed from.

use super::{
    context::{StoreContext, StoreContextMut},
    view::ViewMut,
};
use core::marker::PhantomData;
use wasmi::AsContextMut as _;

/// What a shared borrow of a store can be taken from.
///
/// ```
/// use vellum::{AsContext, Config, Engine, Error, Memory, MemoryAccess, MemoryType, PAGE_SIZE};
/// use vellum::{PagePool, Store};
///
/// fn first_byte(store: impl AsContext, memory: Memory) -> Result<u8, Error> {
///     Ok(memory.data(&store)?[0])
/// }
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
/// let mut store = Store::new(&engine, ());
/// let memory = Memory::new(&mut store, MemoryType::new(1, Some(1)))?;
/// assert_eq!(first_byte(&store, memory)?, 0);
/// # Ok::<(), vellum::Error>(())
/// ```
pub trait AsContext {
    /// The embedder's data in the store.
    type Data: Send + 'static;

    /// Borrows the store.
    fn as_context(&self) -> StoreContext<'_, Self::Data>;
}

/// What an exclusive borrow of a store can be taken from.
///
/// ```
/// use vellum::{AsContextMut, Caller, Config, Engine, Error, Func, Store};
///
/// /// For a store, a guard of one, and the caller of a host function.
/// fn count(mut store: impl AsContextMut<Data = u32>) -> Result<u32, Error> {
///     let mut store = store.as_context_mut();
///     *store.data_mut() += 1;
///     Ok(*store.data())
/// }
///
/// let mut store = Store::new(&Engine::new(&Config::new())?, 0);
/// let func = Func::wrap(&mut store, |caller: Caller<'_, u32>| count(caller))?;
/// count(&mut store)?;
/// assert_eq!(func.typed::<(), u32>(&store)?.call(&mut store, ())?, 2);
/// # Ok::<(), vellum::Error>(())
/// ```
pub trait AsContextMut: AsContext {
    /// Borrows the store to change it.
    fn as_context_mut(&mut self) -> StoreContextMut<'_, Self::Data>;
}

impl<C: AsContext> AsContext for &C {
    type Data = C::Data;

    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContext> AsContext for &mut C {
    type Data = C::Data;

    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContextMut> AsContextMut for &mut C {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, C::Data> {
        C::as_context_mut(self)
    }
}

impl<'a, C: AsContext> From<&'a C> for StoreContext<'a, C::Data> {
    fn from(store: &'a C) -> Self {
        store.as_context()
    }
}

impl<'a, C: AsContext> From<&'a mut C> for StoreContext<'a, C::Data> {
    fn from(store: &'a mut C) -> Self {
        C::as_context(store)
    }
}

impl<'a, C: AsContextMut> From<&'a mut C> for StoreContextMut<'a, C::Data> {
    fn from(store: &'a mut C) -> Self {
        store.as_context_mut()
    }
}

impl<T: Send + 'static> AsContext for StoreContext<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        *self
    }
}

impl<T: Send + 'static> AsContext for StoreContextMut<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext { view: self.view.as_view(), data: PhantomData }
    }
}

impl<T: Send + 'static> AsContextMut for StoreContextMut<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        match &mut self.view {
            ViewMut::Direct(store) => StoreContextMut::direct(store.as_context_mut()),
            ViewMut::Member(member, _) => StoreContextMut::member(member),
            ViewMut::Locked(locked, session, threads) => {
                StoreContextMut::locked(locked, session, *threads)
            }
        }
    }
}
