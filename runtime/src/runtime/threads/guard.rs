//! A store while the lock of its world is held.

use super::held::Held;
use super::seat::Seat;
use crate::presence::Threads;
use crate::runtime::context::{user, user_mut};
use crate::runtime::store::Home;
use crate::runtime::world::Session;
use crate::runtime::{AsContext, AsContextMut, Error, StoreContext, StoreContextMut};
use alloc::boxed::Box;
use core::marker::PhantomData;

/// A [`Store`](crate::Store) whose world is locked: its bytes can be borrowed, and calls run to
/// their end without giving way to other stores of the engine.
///
/// A guest that waits under it fails with [`Error::WouldDeadlock`].
///
/// A guard that is forgotten keeps the lock for good: the embedder's data stays in reach of its store,
/// and whoever else asks for the world in the same context gets [`Error::WouldDeadlock`].
pub struct StoreGuard<'a, T: 'static> {
    locked: Locked<'a>,
    data: PhantomData<&'a mut T>,
}

/// What a guard has the lock of.
enum Locked<'a> {
    /// A store's own world, which has none.
    Home(&'a mut Home),
    /// The engine's. The session stays with its store, lest a guard that is forgotten takes it along.
    World(Held<'a>, &'a mut Box<Session>, Threads),
}

impl<'a, T: Send + 'static> StoreGuard<'a, T> {
    pub(crate) fn of_home(home: &'a mut Home) -> Self {
        Self { locked: Locked::Home(home), data: PhantomData }
    }

    pub(crate) fn of_seat(seat: &'a mut Seat) -> Result<Self, Error> {
        let Seat { threads, shared, session } = seat;
        let locked = Locked::World(shared.lock()?, session, *threads);
        Ok(Self { locked, data: PhantomData })
    }

    fn session(&self) -> &Session {
        match &self.locked {
            Locked::Home(home) => &home.inner.data().session,
            Locked::World(_, session, _) => session,
        }
    }

    fn session_mut(&mut self) -> &mut Session {
        match &mut self.locked {
            Locked::Home(home) => &mut home.inner.data_mut().session,
            Locked::World(_, session, _) => session,
        }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        user(self.session())
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        user_mut(self.session_mut())
    }
}

impl<T: Send + 'static> AsContext for StoreGuard<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        match &self.locked {
            Locked::Home(home) => StoreContext::direct((&home.inner).into()),
            Locked::World(world, session, threads) => StoreContext::held(world, session, *threads),
        }
    }
}

impl<T: Send + 'static> AsContextMut for StoreGuard<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        match &mut self.locked {
            Locked::Home(home) => StoreContextMut::direct((&mut home.inner).into()),
            Locked::World(world, session, threads) => {
                StoreContextMut::held(world, session, *threads)
            }
        }
    }
}
