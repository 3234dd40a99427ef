//! A store's place in the world of its engine.

use super::errands::Errands;
use super::handle::{Handle, Handles};
use super::held::Held;
use super::{FEW_TURNS, TURNS, worlds};
use crate::runtime::context::{user, user_mut};
use crate::runtime::store::Home;
use crate::runtime::world::{Session, World};
use crate::runtime::{AsContext, AsContextMut, Engine, Error, StoreContext, StoreContextMut};
use crate::threads_feature::Threads;
use alloc::{boxed::Box, sync::Arc};
use core::{any::Any, marker::PhantomData, mem};
use vellum_memory::{Context, Lock, LockError, LockStats, WaitQueue, WouldDeadlock};

/// The world of an engine, behind its lock.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    world: Lock<Home>,
    /// What is left to the next holder of the lock.
    pub(super) errands: Errands,
    pub(super) handles: Handles,
}

impl Shared {
    pub(crate) fn new(engine: &Engine) -> Arc<Self> {
        let mut home = Home::new(engine, Session::new(Box::new(()), 0));
        home.inner.data_mut().waits = Some(Box::new(WaitQueue::new()));
        let world = Lock::new(home).on(engine.config().platform).untimed();
        let (errands, handles) = (Errands::new(), Handles::default());
        let shared = Arc::new(Self { engine: engine.clone(), world, errands, handles });
        worlds::add(&shared);
        shared
    }

    /// Takes the lock. Whoever holds that of another world does not wait for it for ever: its holder may
    /// want that one.
    #[inline(always)]
    pub(crate) fn lock(&self) -> Result<Held<'_>, WouldDeadlock> {
        match self.world.lock_within(TURNS) {
            Ok(world) => Ok(Held::new(world, self)),
            Err(_) => self.lock_late(),
        }
    }

    #[cold]
    #[inline(never)]
    fn lock_late(&self) -> Result<Held<'_>, WouldDeadlock> {
        self.check_alone()?;
        Ok(Held::new(self.world.lock()?, self))
    }

    /// Refuses one who holds the lock of another world: he must not wait for this one for ever.
    pub(super) fn check_alone(&self) -> Result<(), WouldDeadlock> {
        // By the name that it has where it waits: who goes by another name there never waits.
        let context = self.world.platform().context();
        if worlds::is_one_held_by(context) { Err(WouldDeadlock) } else { Ok(()) }
    }

    pub(super) fn is_held_by(&self, context: Context) -> bool {
        self.world.holder() == Some(context)
    }

    /// Does what was left while the lock was about to be released, unless somebody else has it by now.
    #[cold]
    pub(super) fn run_errands(&self) {
        if let Ok(world) = self.world.try_lock() {
            drop(Held::new(world, self));
        }
    }

    pub(crate) fn lock_stats(&self) -> LockStats {
        self.world.stats()
    }

    /// Takes the lock if it can be had soon.
    pub(crate) fn lock_soon(&self) -> Result<Option<Held<'_>>, WouldDeadlock> {
        match self.world.lock_within(FEW_TURNS) {
            Ok(world) => Ok(Some(Held::new(world, self))),
            Err(LockError::WouldBlock) => Ok(None),
            Err(_) => Err(WouldDeadlock),
        }
    }

    /// Takes the lock and makes `session` the one that runs.
    pub(crate) fn enter<'a>(&'a self, session: &'a mut Box<Session>) -> Result<Entered<'a>, Error> {
        let mut world = self.lock()?;
        mem::swap(&mut world.inner.data_mut().session, session);
        Ok(Entered::World { world, session })
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        worlds::remove(self);
    }
}

/// A session, and the world in which it takes turns with others.
pub(crate) struct Seat {
    pub(crate) threads: Threads,
    pub(crate) shared: Handle,
    pub(crate) session: Box<Session>,
}

impl Seat {
    pub(crate) fn new(threads: Threads, engine: &Engine, user: Box<dyn Any + Send>) -> Self {
        let fuel = if engine.config().fuel { 0 } else { u64::MAX };
        Self { threads, shared: engine.world(threads), session: Session::new(user, fuel) }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Takes the lock to look at the world, with no session in it.
    pub(crate) fn lock(&self) -> Result<Held<'_>, WouldDeadlock> {
        self.shared.lock()
    }

    /// Takes the lock and makes this session the one that runs.
    pub(crate) fn enter(&mut self) -> Result<Entered<'_>, Error> {
        self.shared.enter(&mut self.session)
    }
}

/// A world whose running session is the one that entered.
pub(crate) enum Entered<'a> {
    /// A store's own.
    Home(&'a mut Home),
    /// The engine's, locked. The session that was there before waits in the place of the one that
    /// entered.
    World { world: Held<'a>, session: &'a mut Box<Session> },
}

impl Entered<'_> {
    pub(crate) fn store(&mut self) -> wasmi::StoreContextMut<'_, World> {
        (&mut self.home_mut().inner).into()
    }

    fn home(&self) -> &Home {
        match self {
            Self::Home(home) => home,
            Self::World { world, .. } => world,
        }
    }

    fn home_mut(&mut self) -> &mut Home {
        match self {
            Self::Home(home) => home,
            Self::World { world, .. } => world,
        }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if let Self::World { world, session } = self {
            mem::swap(&mut world.inner.data_mut().session, *session);
        }
    }
}

/// A [`Store`](crate::Store) whose world is locked: its bytes can be borrowed, and calls run to
/// their end without giving way to other stores of the engine.
///
/// A guest that waits under it fails with [`Error::WouldDeadlock`].
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
        user(&self.entered.home().inner.data().session)
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        user_mut(&mut self.entered.home_mut().inner.data_mut().session)
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
