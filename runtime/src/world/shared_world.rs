//! The world that the stores of an engine with threads share, behind its lock.

use super::{
    deferred::DeferredWork, handle_counts::HandleCounts, mailboxes, session::Session,
    world_store::WorldStore,
};
use crate::engine::Engine;
use alloc::{
    boxed::Box,
    sync::{Arc, Weak},
    vec::Vec,
};
use core::{
    hint,
    ops::{Deref, DerefMut},
    ptr,
    sync::atomic::{Ordering, fence},
};
use spin::{Mutex, MutexGuard};
use vellum_memory::{Context, Lock, LockError, LockGuard, LockStats, WaitQueue, WouldDeadlock};

/// Turns of waiting of one who may hold the lock of another world.
pub(crate) const TURNS: u32 = 1 << 16;
/// Turns of waiting of one who comes back later.
pub(crate) const FEW_TURNS: u32 = 4;

/// The world of an engine, behind its lock.
pub(crate) struct SharedWorld {
    pub(crate) engine: Engine,
    world: Lock<WorldStore>,
    /// What is left to the next holder of the lock.
    pub(crate) deferred_work: DeferredWork,
    pub(crate) handles: HandleCounts,
}

impl SharedWorld {
    pub(crate) fn new(engine: &Engine) -> Arc<Self> {
        let mut store = WorldStore::new(engine, Session::new(Box::new(()), 0));
        store.inner.data_mut().waits = Some(Box::new(WaitQueue::new()));
        let world = Lock::new(store).on(engine.config().platform).untimed();
        let (deferred_work, handles) = (DeferredWork::new(), HandleCounts::default());
        let shared = Arc::new(Self { engine: engine.clone(), world, deferred_work, handles });
        add(&shared);
        shared
    }

    /// Takes the lock. Whoever holds that of another world does not wait for it for ever: its holder may
    /// want that one.
    #[inline(always)]
    pub(crate) fn lock(&self) -> Result<WorldGuard<'_>, WouldDeadlock> {
        match self.world.lock_within(TURNS) {
            Ok(world) => Ok(WorldGuard::new(world, self)),
            Err(_) => self.lock_late(),
        }
    }

    #[cold]
    #[inline(never)]
    fn lock_late(&self) -> Result<WorldGuard<'_>, WouldDeadlock> {
        self.check_alone()?;
        Ok(WorldGuard::new(self.world.lock()?, self))
    }

    /// Refuses one who holds the lock of another world: he must not wait for this one for ever.
    pub(crate) fn check_alone(&self) -> Result<(), WouldDeadlock> {
        // By the name that it has where it waits: who goes by another name there never waits.
        let context = self.world.platform().context();
        if is_one_held_by(context) { Err(WouldDeadlock) } else { Ok(()) }
    }

    pub(crate) fn is_held_by(&self, context: Context) -> bool {
        self.world.holder() == Some(context)
    }

    /// Does what was left while the lock was about to be released, unless somebody else has it by now.
    #[cold]
    pub(crate) fn run_deferred_work(&self) {
        if let Ok(world) = self.world.try_lock() {
            drop(WorldGuard::new(world, self));
        }
    }

    pub(crate) fn lock_stats(&self) -> LockStats {
        self.world.stats()
    }

    /// Takes the lock if it can be had soon.
    pub(crate) fn lock_soon(&self) -> Result<Option<WorldGuard<'_>>, WouldDeadlock> {
        match self.world.lock_within(FEW_TURNS) {
            Ok(world) => Ok(Some(WorldGuard::new(world, self))),
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

/// A world whose lock is held. Whoever has it does what others have left for its holder, after it was
/// taken and when it is released.
pub(crate) struct WorldGuard<'a> {
    world: LockGuard<'a, WorldStore>,
    /// Dropped when the lock is released.
    released: Released<'a>,
}

/// Looks after what was left for the holder of a lock while it was about to release it.
struct Released<'a>(&'a SharedWorld);

impl<'a> WorldGuard<'a> {
    #[inline]
    pub(crate) fn new(world: LockGuard<'a, WorldStore>, shared: &'a SharedWorld) -> Self {
        let held = Self { world, released: Released(shared) };
        if shared.deferred_work.is_pending() || held.has_mailboxes() {
            held.settled()
        } else {
            held
        }
    }

    #[inline]
    fn has_mailboxes(&self) -> bool {
        !self.world.inner.data().mailboxes.is_empty()
    }

    #[cold]
    #[inline(never)]
    fn settled(mut self) -> Self {
        self.settle();
        self
    }

    /// Apart, so that those who have nothing to do don't make room for it.
    #[cold]
    #[inline(never)]
    fn settle(&mut self) {
        let Self { world, released: Released(shared) } = self;
        while shared.deferred_work.is_pending() {
            shared.deferred_work.run(world.inner.data_mut(), &shared.handles);
        }
        if !world.inner.data().mailboxes.is_empty() {
            mailboxes::empty(&mut (&mut world.inner).into());
        }
    }
}

impl Deref for WorldGuard<'_> {
    type Target = WorldStore;

    fn deref(&self) -> &WorldStore {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut WorldStore {
        &mut self.world
    }
}

impl Drop for WorldGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        // Deferred work is looked after when the lock is released.
        if self.has_mailboxes() {
            self.settle();
        }
    }
}

impl Drop for Released<'_> {
    #[inline]
    fn drop(&mut self) {
        // Whoever leaves something and then finds the lock held is seen here, or finds it free.
        fence(Ordering::SeqCst);
        if self.0.deferred_work.is_pending() {
            self.0.run_deferred_work();
        }
    }
}

/// All worlds there are, for one who waits long for the lock of one of them: if he holds that of
/// another, whose guest may wait for him, he must not wait for ever.
static WORLDS: Mutex<Vec<Weak<SharedWorld>>> = Mutex::new(Vec::new());

/// The list, if it can be had soon: whoever interrupted its holder would wait in vain.
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
