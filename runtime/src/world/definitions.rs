//! The types of a world, which lead to each other in a circle: a world has memories, some of them of
//! other worlds, which are reached by their locks. What each type does is in a file of its own.

use super::{
    handle_counts::HandleCounts,
    session::{Session, StoreId, ThreadInstance},
    wait_time::WaitTime,
};
use crate::engine::Engine;
use crate::error::Error;
use crate::if_threads::IfThreads;
use crate::module::Module;
use crate::threads_feature::Threads;
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::{any::Any, future::Future, mem::ManuallyDrop, pin::Pin};
use spin::Mutex;
use vellum_memory::{Attachment, Lease, MemoryType, Monitor, MonitorGuard, Ticket, WaitSet};

/// The interpreter's store, to change it.
pub(crate) type StoreMut<'a> = wasmi::StoreContextMut<'a, World>;

/// Where guests wait: the entry of a memory, and a byte of it.
pub(crate) type Address = (usize, u64);

/// Those who wait, and the mailboxes of interrupt handlers with the memories that they are for.
pub(crate) type Waits = WaitSet<Address, Vec<(LocalMemory, Attachment)>>;

/// What the interpreter's store carries.
pub(crate) struct World {
    pub(crate) engine: Engine,
    /// The session that runs: of an engine with threads it is in its place for a slice at a time, and
    /// one that stands for nobody is there in between.
    pub(crate) session: Box<Session>,
    pub(crate) memories: Vec<MemoryEntry>,
    /// Bytes that the memory may have that is being made.
    pub(super) placing: Option<usize>,
    pub(crate) instances: Vec<InstanceEntry>,
    /// Those who wait for a notification, on an engine with threads.
    pub(crate) waits: Option<IfThreads<Box<Waits>>>,
    /// How many can reach the world, on an engine with threads.
    pub(crate) handles: Option<IfThreads<Arc<HandleCounts>>>,
    /// How many of these are waits of the host, or of guests of other engines.
    pub(crate) host_waits: usize,
    /// What the running guest has just been suspended for.
    pub(crate) suspension: SuspensionSlot,
    /// Calls that wait as futures, on an engine with threads that has a compartment.
    #[cfg(feature = "compartments")]
    pub(super) sleepers: Sleepers,
    /// Whether these were told that the compartment is abandoned.
    #[cfg(feature = "compartments")]
    pub(super) has_told: bool,
    /// How many calls run to their end under the lock, and can't be suspended.
    pub(crate) uninterrupted: usize,
    /// Whether the running guest is called as a future, on an engine without threads.
    pub(crate) is_polled: bool,
    /// Threads that guests have started and that have not finished.
    pub(crate) threads: usize,
    pub(crate) next_thread: i32,
    /// Instances that threads have left.
    pub(crate) idle: Vec<ThreadInstance>,
    /// The shadow stacks of instances.
    #[cfg(feature = "backtrace")]
    pub(crate) shadows: Vec<super::shadow::Shadow>,
    /// What the functions of the interpreter's store use.
    pub(super) kept: Vec<Arc<dyn Any + Send + Sync>>,
}

impl World {
    pub(crate) fn new(engine: &Engine, session: Box<Session>) -> Self {
        Self {
            engine: engine.clone(),
            session,
            memories: Vec::new(),
            placing: None,
            instances: Vec::new(),
            waits: None,
            handles: None,
            host_waits: 0,
            suspension: SuspensionSlot(None),
            #[cfg(feature = "compartments")]
            sleepers: Sleepers::default(),
            #[cfg(feature = "compartments")]
            has_told: false,
            uninterrupted: 0,
            is_polled: false,
            threads: 0,
            next_thread: 1,
            idle: Vec::new(),
            #[cfg(feature = "backtrace")]
            shadows: Vec::new(),
            kept: Vec::new(),
        }
    }
}

/// An instance of the store.
pub(crate) struct InstanceEntry {
    /// The session that made it.
    pub(crate) owner: StoreId,
    pub(crate) inner: wasmi::Instance,
    pub(crate) module: Module,
    /// What it imports, in the module's order, without the memories that it defines. Kept on an
    /// engine with threads, for further instances.
    pub(crate) imports: Vec<wasmi::Extern>,
}

/// A memory of the store.
#[derive(Debug)]
pub(crate) struct MemoryEntry {
    /// The session that made it.
    pub(crate) owner: StoreId,
    /// The type as it was declared.
    pub(crate) ty: MemoryType,
    pub(crate) inner: wasmi::Memory,
    pub(crate) base: usize,
    /// Bytes that are reserved for the memory: beyond them it does not grow.
    pub(crate) capacity: usize,
    /// The maximum that the interpreter knows, in bytes: what it tells of a memory that is about to grow.
    pub(super) told_maximum: usize,
    pub(crate) backing: BackingStore,
}

/// What keeps a memory's bytes in place while the interpreter holds them.
#[derive(Debug)]
pub(crate) enum BackingStore {
    /// Pages of the pool.
    Lease(Lease),
    /// A memory of another engine's world, reached under its lock, until the own world is
    /// [unlinked](World::unlink). The interpreter has none of its bytes, and the address tells it apart.
    Locked(
        Option<RemoteMemory>,
        #[expect(dead_code, reason = "held for its address alone")] Box<u8>,
    ),
    /// A memory that can never have a byte: an address of its own, for telling it apart.
    Empty(Box<u8>),
}

/// A memory of the world at hand, by its entry too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalMemory {
    pub(crate) memory: wasmi::Memory,
    pub(crate) entry: usize,
}

/// A memory of another engine's world.
#[derive(Debug, Clone)]
pub(crate) struct RemoteMemory(pub(super) IfThreads<Arc<LockedMemory>>);

/// A memory behind the lock of its world.
#[derive(Clone)]
pub(crate) struct LockedMemory {
    pub(crate) threads: Threads,
    pub(crate) shared: WorldHandle,
    pub(crate) place: LocalMemory,
    /// Shared, with the limits that the memory was declared with.
    pub(crate) ty: MemoryType,
}

/// A world that a store or a shared memory can reach, and so have its waiters notified.
pub(crate) struct WorldHandle {
    pub(super) shared: IfThreads<Arc<SharedWorld>>,
    pub(super) threads: Threads,
    /// Whether it is the embedder's, and not a view that a store of another engine has.
    pub(super) is_own: bool,
}

/// The world that the stores of an engine with threads share, behind its lock.
pub(crate) struct SharedWorld {
    pub(super) threads: Threads,
    pub(crate) engine: Engine,
    pub(super) world: Monitor<WorldStore>,
    pub(crate) handles: Arc<HandleCounts>,
}

/// A world whose lock is held.
pub(crate) struct WorldGuard<'a> {
    pub(super) world: MonitorGuard<'a, WorldStore>,
    /// Dropped after the lock is released.
    #[cfg(feature = "compartments")]
    pub(super) told: Sleepers,
}

/// What wakes the calls of stores that wait, each for whatever it waits. Dropped, it wakes them.
#[cfg(feature = "compartments")]
#[derive(Default)]
pub(crate) struct Sleepers(pub(super) Vec<(StoreId, core::task::Waker)>);

/// The interpreter's store, and what must outlive it.
pub(crate) struct WorldStore {
    /// Dropped first of all, so that the pages outlive the interpreter's hold on them.
    pub(crate) inner: ManuallyDrop<wasmi::Store<World>>,
}

/// What a guest is suspended for.
pub(crate) enum Suspension {
    /// A notification in its own world.
    Wait { ticket: Ticket, time: WaitTime },
    /// A notification in another world.
    RemoteWait(Box<RemoteWait>),
    /// What a host function is working on.
    Work(Work),
    /// A time of the platform's clock.
    Sleep(Work),
}

/// Gives the values that a function returns later.
pub(crate) type Work = Pin<Box<dyn Future<Output = Result<Vec<wasmi::Val>, Error>> + Send>>;

/// Where the function that suspends a guest leaves what for, and the call that drives it finds it.
/// It exists where something can suspend a guest.
#[derive(Clone)]
pub(crate) struct SuspensionSlot(pub(super) Option<Arc<Mutex<Option<Suspension>>>>);

/// A wait that begins when it is first polled. It is polled without the lock of the guest's own world.
pub(crate) struct RemoteWait {
    pub(super) memory: RemoteMemory,
    pub(super) address: u64,
    pub(super) expected: Expected,
    pub(super) time: WaitTime,
    pub(super) ticket: Option<Ticket>,
    /// Whether a handler may notify, whom nobody waits for.
    pub(super) has_mailbox: bool,
}

/// What the memory holds when the wait begins.
pub(crate) enum Expected {
    Word(u32),
    Double(u64),
}
