//! A store whose world is locked.

use super::context::{AsContext, AsContextMut, StoreContext, StoreContextMut};
use crate::world::entered::Entered;
use core::marker::PhantomData;

/// A [`Store`](crate::Store) whose world is locked: its bytes can be borrowed, and calls run to
/// their end without giving way to other stores of the engine.
///
/// A guest that waits under it fails with [`Error::WouldDeadlock`](crate::Error::WouldDeadlock).
pub struct StoreGuard<'a, T: 'static> {
    entered: Entered<'a>,
    data: PhantomData<&'a mut T>,
}

impl<'a, T: Send + 'static> StoreGuard<'a, T> {
    pub(crate) fn new(entered: Entered<'a>) -> Self {
        Self { entered, data: PhantomData }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.entered.home().inner.data().session.user()
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        self.entered.home_mut().inner.data_mut().session.user_mut()
    }
}

impl<T: Send + 'static> AsContext for StoreGuard<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext::direct((&self.entered.home().inner).into())
    }
}

impl<T: Send + 'static> AsContextMut for StoreGuard<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut::direct(self.entered.store())
    }
}
