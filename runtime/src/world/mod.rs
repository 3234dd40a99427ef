//! What the interpreter's store carries for the runtime: the pages, the instances, and the session
//! whose guest is running. It is the same type for every embedder, so that the interpreter is
//! compiled once.

pub(crate) mod admission;
pub(crate) mod blocking_wait;
pub(crate) mod deferred;
pub(crate) mod delivery;
pub(crate) mod fuel;
mod handle_counts;
pub(crate) mod local_memory;
pub(crate) mod locked_memory;
pub(crate) mod member;
pub(crate) mod memory_entry;
pub(crate) mod parking;
pub(crate) mod placement;
pub(crate) mod remote;
pub(crate) mod remote_wait;
pub(crate) mod session;
pub(crate) mod session_guard;
pub(crate) mod shared_world;
pub(crate) mod stacks;
pub(crate) mod turn;
pub(crate) mod wait;
pub(crate) mod world_handle;
pub(crate) mod world_store;

use crate::engine::{Engine, config::NO_THREADS};
use crate::error::Error;
use crate::if_threads::IfThreads;
use crate::module::Module;
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::task::{Poll, Waker};
use handle_counts::HandleCounts;
use local_memory::LocalMemory;
use memory_entry::{BackingStore, MemoryEntry};
use parking::{Abandoned, Parking};
use remote::RemoteMemory;
use session::{Session, StoreId, ThreadInstance};
use vellum_memory::{Attachment, Ticket, WaitResult, WaitSet};

/// The interpreter's store, to change it.
pub(crate) type StoreMut<'a> = wasmi::StoreContextMut<'a, World>;

/// Where guests wait: the entry of a memory, and a byte of it.
pub(crate) type Address = (usize, u64);

/// Those who wait, and the mailboxes of interrupt handlers with the memories that they are for.
pub(crate) type Waits = WaitSet<Address, Vec<(LocalMemory, Attachment)>>;

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

pub(crate) struct World {
    pub(crate) engine: Engine,
    /// The session that runs: of an engine with threads it is in its place for a slice at a time, and
    /// one that stands for nobody is there in between.
    pub(crate) session: Box<Session>,
    pub(crate) memories: Vec<MemoryEntry>,
    pub(crate) instances: Vec<InstanceEntry>,
    /// Those who wait for a notification, on an engine with threads.
    pub(crate) waits: Option<IfThreads<Box<Waits>>>,
    /// How many can reach the world, on an engine with threads.
    pub(crate) handles: Option<IfThreads<Arc<HandleCounts>>>,
    /// How many of these are waits of the host, or of guests of other engines.
    pub(crate) host_waits: usize,
    /// The wait that the running guest has just begun.
    pub(crate) parking: Option<Parking>,
    /// How many calls run to their end under the lock, and can't be suspended.
    pub(crate) uninterrupted: usize,
    /// Threads that guests have started and that have not finished.
    pub(crate) threads: usize,
    pub(crate) next_thread: i32,
    /// Instances that threads have left.
    pub(crate) idle: Vec<ThreadInstance>,
}

impl World {
    pub(crate) fn new(engine: &Engine, session: Box<Session>) -> Self {
        Self {
            engine: engine.clone(),
            session,
            memories: Vec::new(),
            instances: Vec::new(),
            waits: None,
            handles: None,
            host_waits: 0,
            parking: None,
            uninterrupted: 0,
            threads: 0,
            next_thread: 1,
            idle: Vec::new(),
        }
    }

    /// The memories of all sessions of an owner.
    pub(crate) fn memories_of(&self, owner: StoreId) -> impl Iterator<Item = &MemoryEntry> {
        self.memories.iter().filter(move |entry| entry.owner == owner)
    }

    /// The memory of another engine's world that an entry stands for.
    pub(crate) fn remote_memory(&self, entry: usize) -> Option<&RemoteMemory> {
        match &self.memories.get(entry)?.backing {
            BackingStore::Locked(memory, _) => memory.as_ref(),
            _ => None,
        }
    }

    /// Lets go of the memories of other worlds, when no guest can run again: two worlds that use each
    /// other's memories would keep each other for ever.
    pub(crate) fn unlink(&mut self) {
        for entry in &mut self.memories {
            if let BackingStore::Locked(memory, _) = &mut entry.backing {
                *memory = None;
            }
        }
    }

    /// Bytes of the pool that the memories of an owner reserve.
    pub(crate) fn reserved_bytes(&self, owner: StoreId) -> u64 {
        let lease = |entry: &MemoryEntry| match &entry.backing {
            BackingStore::Lease(lease) => lease.len() as u64,
            BackingStore::Empty(_) | BackingStore::Locked(..) => 0,
        };
        self.memories_of(owner).map(lease).sum()
    }

    /// Whether an interrupt handler may post to a memory.
    pub(crate) fn has_mailboxes(&self) -> bool {
        self.waits.as_ref().is_some_and(|waits| waits.has_mailboxes())
    }

    /// How a wait ended, if it has.
    pub(crate) fn poll(
        &mut self,
        ticket: &Ticket,
        waker: Option<&Waker>,
    ) -> Result<Poll<WaitResult>, Error> {
        let now = self.engine.config().platform.now().unwrap_or_default().0;
        let waits = self.waits.as_mut().ok_or(NO_THREADS)?;
        waits.poll(ticket, now, waker).map_err(Error::from)
    }

    /// Whether all wait, without a time limit, for notifications that nobody is left to give, where
    /// `handles` stores and shared memories can reach the world. If the caller is `alone` none
    /// of them goes on while it waits.
    pub(crate) fn is_deadlock(&self, alone: bool, handles: usize) -> bool {
        let Some(waits) = &self.waits else { return false };
        // An interrupt handler is never told to wait.
        if alone || waits.has_mailboxes() {
            return !waits.has_mailboxes();
        }
        let able = handles.saturating_add(self.threads);
        // A handle in which the host waits may be lent to others, who can still notify.
        let waiting = waits.waiting().saturating_sub(self.host_waits);
        waits.next_deadline().is_none() && waiting >= able
    }

    /// Sees to it that all who wait look again whether they can go on.
    pub(crate) fn wake_all(&mut self) {
        if let Some(waits) = &mut self.waits {
            waits.rouse();
        }
        self.engine.config().platform.signal();
    }

    /// Clears away what a call that was given up has left.
    pub(crate) fn give_up(&mut self, left: Abandoned) {
        match left {
            Abandoned::Thread => self.threads -= 1,
            Abandoned::Wait(ticket) => self.cancel(ticket),
            Abandoned::HostWait(ticket) => {
                self.host_waits -= 1;
                self.cancel(ticket);
            }
        }
        self.engine.config().platform.signal();
    }

    fn cancel(&mut self, ticket: Ticket) {
        if let Some(waits) = &mut self.waits {
            // A ticket that is not known has ended already.
            let _ = waits.cancel(ticket);
        }
    }

    /// The entry of the memory whose bytes begin at `base`.
    pub(crate) fn memory_at(&self, base: usize) -> Option<usize> {
        self.memories.iter().position(|entry| entry.base == base)
    }
}

/// Appends what most stores have one of: a vector makes room for four at once.
pub(crate) fn push<T>(entries: &mut Vec<T>, entry: T) {
    if entries.is_empty() {
        entries.reserve_exact(1);
    }
    entries.push(entry);
}
