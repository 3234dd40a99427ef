//! The world that the stores of an engine with threads share, behind its lock.

use super::{
    abandoned::Abandoned,
    definitions::{SharedWorld, Waits, WorldGuard, WorldStore},
    handle_counts::HandleCounts,
    interruption::Interruption,
    session::Session,
};
use crate::engine::Engine;
use crate::error::Error;
use crate::if_threads::IfThreads;
use crate::threads_feature::Threads;
use alloc::{
    boxed::Box,
    sync::{Arc, Weak},
    vec::Vec,
};
use core::{hint, ptr};
use spin::{Mutex, MutexGuard};
use vellum_memory::{Context, LockError, LockStats, Monitor, WouldDeadlock};

/// Turns of waiting of a context that may hold the lock of another world.
pub(crate) const TURNS: u32 = 1 << 16;
/// Turns of waiting of a context between two looks whether it is to stop.
const SOME_TURNS: u32 = 1 << 8;
/// Turns of waiting of a context that comes back later.
pub(crate) const FEW_TURNS: u32 = 4;

impl SharedWorld {
    pub(crate) fn new(engine: &Engine, threads: Threads) -> Arc<Self> {
        let mut store = WorldStore::new(engine, Session::new(Box::new(()), 0));
        let handles = Arc::new(HandleCounts::default());
        let world = store.inner.data_mut();
        world.waits = Some(IfThreads::new(threads, Box::new(Waits::new(Vec::new()))));
        world.suspension.shared();
        world.handles = Some(IfThreads::new(threads, Arc::clone(&handles)));
        let world = Monitor::new(store).on(engine.config().platform).untimed();
        let shared = Arc::new(Self { threads, engine: engine.clone(), world, handles });
        add(&shared);
        shared
    }

    /// Takes the lock. A context that holds another world's does not wait for it for ever: its holder may
    /// want that one.
    #[inline(never)]
    pub(crate) fn lock(&self) -> Result<WorldGuard<'_>, WouldDeadlock> {
        match self.world.lock_within(TURNS) {
            Ok(world) => Ok(WorldGuard::of(world)),
            Err(_) => self.lock_late(),
        }
    }

    /// Waits while somebody else has the lock, unless the guest that wants it is to stop before.
    #[cold]
    #[inline(never)]
    pub(crate) fn await_turn(&self, interruption: &Interruption) -> Result<(), Error> {
        while self.world.holder().is_some() {
            for _ in 0..TURNS / SOME_TURNS {
                interruption.check()?;
                // In the queue, so that those who come later have it later.
                match self.world.lock_within(SOME_TURNS) {
                    Ok(_) => return Ok(()),
                    Err(LockError::WouldBlock) => {}
                    Err(_) => return Err(Error::WouldDeadlock),
                }
            }
            self.check_alone()?;
        }
        Ok(())
    }

    /// Takes the lock of a world whose interpreter can be reached: not when its compartment is abandoned.
    #[inline(always)]
    pub(crate) fn reach(&self) -> Result<WorldGuard<'_>, Error> {
        let world = self.lock()?;
        self.engine.place().check()?;
        Ok(world)
    }

    /// Does `f` under the lock, whoever of this context may hold it.
    pub(crate) fn in_turn<R>(&self, f: impl FnOnce() -> Result<R, Error>) -> Result<R, Error> {
        if self.is_held_by(self.world.platform().context()) {
            return f();
        }
        let _turn = self.lock()?;
        f()
    }

    #[cold]
    #[inline(never)]
    fn lock_late(&self) -> Result<WorldGuard<'_>, WouldDeadlock> {
        self.check_alone()?;
        self.world.lock().map(WorldGuard::of)
    }

    /// Refuses a context that holds the lock of another world: it must not wait for this one for ever.
    pub(crate) fn check_alone(&self) -> Result<(), WouldDeadlock> {
        // By the name that it has where it waits: who goes by another name there never waits.
        let context = self.world.platform().context();
        if is_one_held_by(context) { Err(WouldDeadlock) } else { Ok(()) }
    }

    pub(crate) fn is_held_by(&self, context: Context) -> bool {
        self.world.holder() == Some(context)
    }

    /// Leaves it to the next holder of the lock to clear away what a call has left.
    pub(crate) fn give_up_later(&self, left: Abandoned) {
        self.world.defer(|work| work.add(left));
    }

    /// Leaves it to the next holder to wake all who wait.
    pub(crate) fn wake_all_later(&self) {
        self.world.defer(|work| work.rouse = true);
    }

    /// Leaves it to the next holder to let go of other worlds' memories, if no guest can run again by
    /// then.
    pub(crate) fn unlink_later(&self) {
        self.world.defer(|work| work.unlink = true);
    }

    pub(crate) fn lock_stats(&self) -> LockStats {
        self.world.stats()
    }

    /// Takes the lock if it can be had soon.
    #[inline(never)]
    pub(crate) fn lock_soon(&self) -> Result<Option<WorldGuard<'_>>, WouldDeadlock> {
        match self.world.lock_within(FEW_TURNS) {
            Ok(world) => Ok(Some(WorldGuard::of(world))),
            Err(LockError::WouldBlock) => Ok(None),
            Err(_) => Err(WouldDeadlock),
        }
    }
}

impl Drop for SharedWorld {
    fn drop(&mut self) {
        remove(self);
    }
}

/// All worlds there are, for a context that waits long for the lock of one: if it holds that of
/// another, whose guest may wait for it, it must not wait for ever.
static WORLDS: Mutex<Vec<Weak<SharedWorld>>> = Mutex::new(Vec::new());

/// The list, if it can be had soon: a context that interrupted its holder would wait in vain.
fn list() -> Option<MutexGuard<'static, Vec<Weak<SharedWorld>>>> {
    const TURNS: u32 = 1 << 10;
    (0..TURNS).find_map(|_| {
        hint::spin_loop();
        WORLDS.try_lock()
    })
}

/// Adds a world. One that can't be added now is not known.
fn add(world: &Arc<SharedWorld>) {
    let Some(mut list) = list() else { return };
    let world = Arc::downgrade(world);
    match list.iter_mut().find(|known| known.strong_count() == 0) {
        Some(free) => *free = world,
        None => list.push(world),
    }
}

/// Removes a world that is about to go. The last one leaves nothing on the heap.
fn remove(world: &SharedWorld) {
    let Some(mut list) = list() else { return };
    let known = list.iter_mut().find(|known| ptr::eq(known.as_ptr(), world));
    if let Some(known) = known {
        *known = Weak::new();
    }
    if list.iter().all(|known| known.strong_count() == 0) {
        *list = Vec::new();
    }
}

/// Whether `context` holds the lock of a world, or may hold it.
fn is_one_held_by(context: Context) -> bool {
    for index in 0.. {
        // Not under the list's lock: this may be the last to have the world, and drop it.
        let Some(list) = list() else { return true };
        let Some(world) = list.get(index).cloned() else { return false };
        drop(list);
        if world.upgrade().is_some_and(|world| world.is_held_by(context)) {
            return true;
        }
    }
    false
}
