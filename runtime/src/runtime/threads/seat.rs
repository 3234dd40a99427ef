//! A store's place in the world of its engine.

use super::errands::Errands;
use super::handle::{Handle, Handles};
use super::held::Held;
use super::{FEW_TURNS, TURNS, worlds};
use crate::presence::Threads;
use crate::runtime::store::Home;
use crate::runtime::world::{Session, World};
use crate::runtime::{Engine, Error};
use alloc::{boxed::Box, sync::Arc};
use core::{any::Any, mem};
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
        Ok(Entered::new(Locked::Held(self.lock()?), session))
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

/// A world that is locked, whose running session is the one that entered. The session that was there
/// before waits in its place.
pub(crate) struct Entered<'a> {
    world: Locked<'a>,
    session: &'a mut Box<Session>,
}

/// A world whose lock is held, by this or by who lends it.
enum Locked<'a> {
    Held(Held<'a>),
    Lent(&'a mut Home),
}

impl Locked<'_> {
    fn home(&mut self) -> &mut Home {
        match self {
            Self::Held(world) => world,
            Self::Lent(world) => world,
        }
    }
}

impl<'a> Entered<'a> {
    /// Makes `session` the one that runs in a world that is locked.
    pub(crate) fn lent(world: &'a mut Home, session: &'a mut Box<Session>) -> Self {
        Self::new(Locked::Lent(world), session)
    }

    fn new(world: Locked<'a>, session: &'a mut Box<Session>) -> Self {
        let mut entered = Self { world, session };
        entered.swap();
        entered
    }

    fn swap(&mut self) {
        let Self { world, session } = self;
        mem::swap(&mut world.home().inner.data_mut().session, *session);
    }

    pub(crate) fn store(&mut self) -> wasmi::StoreContextMut<'_, World> {
        (&mut self.world.home().inner).into()
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.swap();
    }
}
