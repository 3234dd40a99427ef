//! The engine: what modules and stores of one configuration share.

use super::entries::Entries;
use super::threads::{self, Handle, Shared};
use super::{Config, Error, Limit, admission, warm};
use crate::presence::Threads;
use alloc::sync::{Arc, Weak};
use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use spin::Mutex;
use vellum_memory::{Context, PagePool};

/// Compiles modules and runs them; cheap to clone.
///
/// An engine frees the code of its modules only when it, its stores and its modules are all
/// dropped: to unload a guest, give it an engine of its own.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    wasmi: wasmi::Engine,
    config: Config,
    active: AtomicUsize,
    entries: Entries,
    /// The world of an engine with threads, while there is one.
    world: Mutex<Weak<Shared>>,
    /// What brings the stacks to their size, until it has.
    warm: Mutex<Option<wasmi::Module>>,
}

impl Engine {
    /// Makes an engine.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the configuration allows no call at all or contradicts itself,
    /// [`Error::LimitExceeded`] when its stacks are larger than any may be.
    pub fn new(config: &Config) -> Result<Self, Error> {
        threads::check(config)?;
        if config.has_threads() && config.slice == 0 {
            return Err(Error::Config("a slice needs fuel"));
        }
        if config.concurrent_calls == 0 || config.recursion == 0 {
            return Err(Error::Config("an engine needs at least one call and one frame"));
        }
        if config.max_wait.is_some() && config.platform.now().is_none() {
            return Err(Error::Config("a longest wait needs a platform with a clock"));
        }
        admission::check_stack_sizes(config)?;
        let wasmi = wasmi::Engine::new(&config.interpreter());
        let warm = Mutex::new(Some(warm::module(&wasmi)?));
        let (active, entries) = (AtomicUsize::new(0), Entries::new(warm::FUNCTIONS));
        let world = Mutex::new(Weak::new());
        Ok(Self(Arc::new(Inner { wasmi, config: config.clone(), active, entries, world, warm })))
    }

    /// Allocates the stacks of all calls, the first time, so that calls of guests allocate
    /// nothing. Not sooner than a module was loaded, because loading needs the heap most.
    pub(crate) fn warm(&self) -> Result<(), Error> {
        let mut module = self.0.warm.lock();
        if let Some(module) = &*module {
            admission::check_stacks(&self.0.config)?;
            warm::warm(self, module)?;
        }
        *module = None;
        Ok(())
    }

    /// The world that all stores of an engine with threads share. Made anew when none is left of it.
    pub(crate) fn world(&self, threads: Threads) -> Handle {
        let mut world = self.0.world.lock();
        Handle::new(
            threads,
            world.upgrade().unwrap_or_else(|| {
                let made = Shared::new(self);
                *world = Arc::downgrade(&made);
                made
            }),
        )
    }

    /// Whether nobody else goes on while the asking context blocks.
    pub(crate) fn is_alone(&self) -> bool {
        self.0.config.platform.context() == Context::SINGLE
    }

    /// Whether both are the same engine.
    pub fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.0, &b.0)
    }

    pub(crate) fn wasmi(&self) -> &wasmi::Engine {
        &self.0.wasmi
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn pool(&self) -> Result<&'static PagePool, Error> {
        self.0.config.pool.ok_or(Error::Config("no page pool: give the engine one with page_pool"))
    }

    pub(super) fn entries(&self) -> &Entries {
        &self.0.entries
    }

    /// Claims one of the engine's stacks for a call.
    pub(crate) fn enter(&self) -> Result<Active, Error> {
        let maximum = self.0.config.concurrent_calls;
        let claim = |active| (active < maximum).then_some(active + 1);
        match self.0.active.fetch_update(Ordering::AcqRel, Ordering::Relaxed, claim) {
            Ok(_) => Ok(Active(self.clone())),
            Err(_) => {
                let maximum = maximum as u64;
                Err(Error::limit(Limit::ConcurrentCalls, maximum, maximum.saturating_add(1)))
            }
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("config", &self.0.config).finish_non_exhaustive()
    }
}

/// A call that is using one of the engine's stacks.
pub(crate) struct Active(Engine);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.0.active.fetch_sub(1, Ordering::AcqRel);
    }
}
