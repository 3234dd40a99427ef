//! What the interpreter's store carries for the runtime: the pages, the instances, and the session
//! whose guest is running. It is the same type for every embedder, so that the interpreter is
//! compiled once.

pub(crate) use super::session::{Session, StoreId};
use super::threads::{Foreign, Left, NO_THREADS, Occupied, Place, Time};
use super::{Engine, Error, Module, admission};
use crate::prepare::MOST_HELPERS;
use alloc::{boxed::Box, vec::Vec};
use core::task::{Poll, Waker};
use vellum_memory::{Attachment, Lease, MemoryType, Ticket, WaitQueue, WaitResult};
use wasmi_core::LimiterError;

/// Where guests wait: the entry of a memory, and a byte of it.
pub(crate) type Address = (usize, u64);

/// A wait that has just begun.
pub(crate) struct Parking {
    pub(crate) ticket: Ticket,
    pub(crate) time: Time,
}

/// What keeps a memory's bytes in place while the interpreter holds them.
#[derive(Debug)]
pub(crate) enum Backing {
    /// Pages of the pool.
    Lease(Lease),
    /// A memory of another engine's world, reached under its lock, until the own world is
    /// [unlinked](World::unlink). The interpreter has none of its bytes, and the address tells it
    /// apart.
    Locked(Option<Foreign>, #[expect(dead_code, reason = "held for its address alone")] Box<u8>),
    /// A memory that can never have a byte: an address of its own, for telling it apart.
    Empty(Box<u8>),
}

/// A memory of the store.
#[derive(Debug)]
pub(crate) struct MemoryEntry {
    /// The session that made it.
    pub(crate) owner: StoreId,
    /// The type as it was declared; the interpreter knows the reserved pages as its maximum.
    pub(crate) ty: MemoryType,
    pub(crate) inner: wasmi::Memory,
    pub(crate) base: usize,
    /// Bytes that the memory may have at most.
    pub(crate) capacity: usize,
    pub(crate) backing: Backing,
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

pub(crate) struct World {
    pub(crate) engine: Engine,
    /// The session that runs: of an engine with threads it is in its place for a slice at a time, and
    /// one that stands for nobody is there in between.
    pub(crate) session: Box<Session>,
    pub(crate) memories: Vec<MemoryEntry>,
    pub(crate) instances: Vec<InstanceEntry>,
    /// Those who wait for a notification, on an engine with threads.
    pub(crate) waits: Option<Box<WaitQueue<Address>>>,
    /// How many of these are waits of the host, or of guests of other engines.
    pub(crate) host_waits: usize,
    /// What interrupt handlers post to, and the memories for which.
    pub(crate) mailboxes: Vec<(Place, Attachment)>,
    /// The wait that the running guest has just begun.
    pub(crate) parking: Option<Parking>,
    /// How many calls run to their end under the lock, and can't be suspended.
    pub(crate) uninterrupted: usize,
    /// Threads that guests have started and that have not finished.
    pub(crate) threads: usize,
    pub(crate) next_thread: i32,
    /// Instances that threads have left.
    pub(crate) idle: Vec<Occupied>,
}

impl World {
    pub(crate) fn new(engine: &Engine, session: Box<Session>) -> Self {
        Self {
            engine: engine.clone(),
            session,
            memories: Vec::new(),
            instances: Vec::new(),
            waits: None,
            host_waits: 0,
            mailboxes: Vec::new(),
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
    pub(crate) fn foreign(&self, entry: usize) -> Option<&Foreign> {
        match &self.memories.get(entry)?.backing {
            Backing::Locked(memory, _) => memory.as_ref(),
            _ => None,
        }
    }

    /// Lets go of the memories of other worlds, when no guest can run again: two worlds that use each
    /// other's memories would keep each other for ever.
    pub(crate) fn unlink(&mut self) {
        for entry in &mut self.memories {
            if let Backing::Locked(memory, _) = &mut entry.backing {
                *memory = None;
            }
        }
    }

    /// Bytes of the pool that the memories of an owner reserve.
    pub(crate) fn reserved_bytes(&self, owner: StoreId) -> u64 {
        let lease = |entry: &MemoryEntry| match &entry.backing {
            Backing::Lease(lease) => lease.len() as u64,
            Backing::Empty(_) | Backing::Locked(..) => 0,
        };
        self.memories_of(owner).map(lease).sum()
    }

    /// How a wait ended, if it has.
    pub(crate) fn poll(
        &mut self,
        ticket: &Ticket,
        waker: Option<&Waker>,
    ) -> Result<Poll<WaitResult>, Error> {
        let now = self.engine.config().platform.now().unwrap_or(0);
        let waits = self.waits.as_mut().ok_or(NO_THREADS)?;
        waits.poll(ticket, now, waker).map_err(Error::from)
    }

    /// Whether all wait, without a time limit, for notifications that nobody is left to give, where
    /// `handles` stores and shared memories can reach the world. If the one who asks is `alone` none
    /// of them goes on while it waits.
    pub(crate) fn is_deadlock(&self, alone: bool, handles: usize) -> bool {
        let Some(waits) = &self.waits else { return false };
        // An interrupt handler is never told to wait.
        if alone || !self.mailboxes.is_empty() {
            return self.mailboxes.is_empty();
        }
        let able = handles.saturating_add(self.threads);
        // A handle in which the host waits may be lent to others, who can still notify.
        let waiting = waits.waiting().saturating_sub(self.host_waits);
        waits.next_deadline().is_none() && waiting >= able
    }

    /// Sees to it that all who wait look again whether they can go on.
    pub(crate) fn rouse(&mut self) {
        if let Some(waits) = &mut self.waits {
            waits.rouse();
        }
        self.engine.config().platform.signal();
    }

    /// Clears away what a call that was given up has left.
    pub(crate) fn give_up(&mut self, left: Left) {
        match left {
            Left::Thread => self.threads -= 1,
            Left::Wait(ticket) => self.cancel(ticket),
            Left::HostWait(ticket) => {
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

impl wasmi::ResourceLimiter for World {
    fn memory_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        // The pages are reserved: the memory's maximum is the limit.
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        // One that stays so small may be a table of helpers, of which the embedder knows nothing.
        let small = maximum.is_some_and(|maximum| maximum <= MOST_HELPERS);
        Ok((small || desired <= admission::most_elements(&self.session.limits))
            && admission::table_fits(self.engine.config(), desired).is_ok())
    }

    // The interpreter counts for all sessions together, and what a module imports as if the module
    // added it: we count ourselves.
    fn instances(&self) -> usize {
        usize::MAX
    }

    fn tables(&self) -> usize {
        usize::MAX
    }

    fn memories(&self) -> usize {
        usize::MAX
    }
}
