//! The engine: what modules and stores of one configuration share.

use super::{Config, Error, Limit, admission, warm};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use spin::Mutex;
use vellum_memory::PagePool;

/// Compiles modules and runs them; cheap to clone.
///
/// An engine frees the code of its modules only when it, its stores and its modules are all
/// dropped: to unload a guest, give it an engine of its own.
#[derive(Debug, Clone)]
pub struct Engine(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    wasmi: wasmi::Engine,
    config: Config,
    active: AtomicUsize,
    /// What brings the stacks to their size, until it has.
    warm: Mutex<Option<wasmi::Module>>,
}

impl Engine {
    /// Makes an engine.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the configuration allows no call at all.
    pub fn new(config: &Config) -> Result<Self, Error> {
        if config.concurrent_calls == 0 || config.recursion == 0 {
            return Err(Error::Config("an engine needs at least one call and one frame"));
        }
        let wasmi = wasmi::Engine::new(&config.interpreter());
        let warm = Mutex::new(Some(warm::module(&wasmi)?));
        let active = AtomicUsize::new(0);
        Ok(Self(Arc::new(Inner { wasmi, config: config.clone(), active, warm })))
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

/// A call that is using one of the engine's stacks.
pub(crate) struct Active(Engine);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.0.active.fetch_sub(1, Ordering::AcqRel);
    }
}
