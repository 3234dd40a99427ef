//! The engine: what modules and stores of one configuration share.

pub(crate) mod config;
pub(crate) mod func_entities;
pub(crate) mod heap;
pub(crate) mod limits;
pub(crate) mod pages;
pub(crate) mod reservation;
mod stacks;
pub(crate) mod usage;
pub(crate) mod valid;

use crate::compartment::{inside::Inside, place::Place};
use crate::error::{Error, config::ConfigError, limit::Limit};
use alloc::sync::{Arc, Weak};
use config::Config;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::{any::Any, fmt};
use func_entities::FuncEntities;
use spin::Mutex;
use vellum_memory::{Context, Platform};

/// Compiles modules and runs them; cheap to clone.
///
/// An engine frees the code of its modules only when it, its stores and its modules are all
/// dropped: to unload a guest, give it an engine of its own.
///
/// ```
/// use vellum::{Config, Engine, PAGE_SIZE, PagePool, Store};
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
/// let other = engine.clone();
/// let (one, two) = (Store::new(&engine, 1), Store::new(&other, 2));
/// # Ok::<(), vellum::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine(Arc<EngineInner>);

struct EngineInner {
    place: Place,
    wasmi: Inside<wasmi::Engine>,
    config: Config,
    /// Calls that are active, and the most that were.
    active: AtomicUsize,
    most_active: AtomicUsize,
    func_entities: FuncEntities,
    /// How many types of functions were declared: those that differ are kept.
    func_types: AtomicUsize,
    /// What the stores of the engine have in common, while there is any of it left.
    shared: Mutex<Weak<dyn Any + Send + Sync>>,
    /// What brings the stacks to their size, until it has.
    stacks: Mutex<Option<Inside<wasmi::Module>>>,
}

impl Engine {
    /// Makes an engine.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the configuration allows no call at all or contradicts itself,
    /// [`Error::LimitExceeded`] when its stacks are larger than any may be, [`Error::OutOfHeap`] when
    /// the heap [has no room](Config::heap_free) for the engine without its stacks.
    pub fn new(config: &Config) -> Result<Self, Error> {
        config.check_threads()?;
        config.check_preemption()?;
        if config.has_slices() && config.slice == 0 {
            return Err(ConfigError::Slice.into());
        }
        if config.concurrent_calls == 0 {
            return Err(ConfigError::ConcurrentCalls.into());
        }
        if config.recursion == 0 {
            return Err(ConfigError::RecursionDepth.into());
        }
        if config.max_wait.is_some() && config.platform.now().is_none() {
            return Err(ConfigError::Clock.into());
        }
        stacks::check(config)?;
        let place = config.place()?;
        if !place.is_compartment() {
            heap::fits(config, stacks::ENGINE)?;
        }
        let wasmi = place.run(|| wasmi::Engine::new(&config.interpreter()))?;
        let wasmi = Inside::new(&place, wasmi);
        let stacks = place.run(|| stacks::module(&wasmi))??;
        let stacks = Mutex::new(Some(Inside::new(&place, stacks)));
        let (active, most_active) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let func_entities = FuncEntities::new(stacks::FUNCTIONS);
        let func_types = AtomicUsize::new(stacks::TYPES);
        let nothing: Weak<dyn Any + Send + Sync> = Weak::<()>::new();
        let shared = Mutex::new(nothing);
        Ok(Self(Arc::new(EngineInner {
            wasmi,
            config: config.at(&place),
            place,
            active,
            most_active,
            func_entities,
            func_types,
            shared,
            stacks,
        })))
    }

    /// Allocates the stacks of all calls, the first time, so that calls of guests allocate
    /// nothing. Not sooner than a module was loaded, because loading needs the heap most.
    ///
    /// `fill` runs the module on each stack.
    pub(crate) fn fill_stacks(
        &self,
        fill: impl FnOnce(&wasmi::Module) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut module = self.0.stacks.lock();
        if let Some(module) = &*module {
            heap::fits(&self.0.config, stacks::heap_needed(&self.0.config))?;
            fill(module)?;
        }
        *module = None;
        Ok(())
    }

    /// What the stores of the engine have in common, made anew when none of it is left.
    pub(crate) fn shared<S: Send + Sync + 'static>(&self, make: impl FnOnce() -> Arc<S>) -> Arc<S> {
        let mut shared = self.0.shared.lock();
        let found = shared.upgrade().and_then(|found| found.downcast().ok());
        found.unwrap_or_else(|| {
            let made = make();
            let weak = Arc::downgrade(&made);
            *shared = weak;
            made
        })
    }

    /// Whether nobody else goes on while the asking context blocks.
    pub(crate) fn is_alone(&self) -> bool {
        self.0.config.platform.context() == Context::SINGLE
    }

    /// Whether both are the same engine.
    pub fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.0, &b.0)
    }

    /// What the engine knows of the machine.
    pub fn platform(&self) -> &'static Platform {
        self.0.config.platform
    }

    /// What the engine's [compartment](Config::compartment) holds and has held: by how much it could be
    /// smaller. `None` without one.
    #[cfg(feature = "compartments")]
    pub fn compartment_stats(&self) -> Option<vellum_compartment::CompartmentStats> {
        self.place().stats()
    }

    /// Whether guests have the [threads proposal](Config::threads).
    pub fn has_threads(&self) -> bool {
        self.0.config.has_threads()
    }

    /// The [longest wait](Config::max_wait) of a guest, in nanoseconds.
    pub fn max_wait(&self) -> Option<u64> {
        self.0.config.max_wait
    }

    /// Where the interpreter runs.
    pub(crate) fn place(&self) -> &Place {
        &self.0.place
    }

    pub(crate) fn wasmi(&self) -> &wasmi::Engine {
        &self.0.wasmi
    }

    /// What the engine was made with.
    ///
    /// ```
    /// use vellum::{Config, Engine};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(Config::new().max_value_stack(8192))?;
    /// // An engine like it, for more calls at once.
    /// let wider = Engine::new(engine.config().clone().concurrent_calls(4))?;
    /// assert!(!Engine::same(&engine, &wider));
    /// # Ok(())
    /// # }
    /// ```
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn func_entities(&self) -> &FuncEntities {
        &self.0.func_entities
    }

    /// Counts types of functions that a module or a function of the host is about to declare.
    pub(crate) fn declares_types(&self, types: usize) {
        self.0.func_types.fetch_add(types, Ordering::Relaxed);
    }

    /// How many types of functions the engine keeps, at most.
    pub(crate) fn func_types(&self) -> usize {
        self.0.func_types.load(Ordering::Relaxed)
    }

    /// Claims one of the engine's stacks for a call.
    pub(crate) fn enter(&self) -> Result<StackClaim, Error> {
        self.claim()?;
        Ok(StackClaim(self.clone()))
    }

    /// As [`Engine::enter`], until [`Engine::release`].
    pub(crate) fn claim(&self) -> Result<(), Error> {
        self.0.place.check()?;
        let maximum = self.0.config.concurrent_calls;
        let claim = |active| (active < maximum).then_some(active + 1);
        match self.0.active.fetch_update(Ordering::AcqRel, Ordering::Relaxed, claim) {
            Ok(before) => {
                // Almost always there were as many before.
                if before >= self.0.most_active.load(Ordering::Relaxed) {
                    self.0.most_active.fetch_max(before + 1, Ordering::Relaxed);
                }
                Ok(())
            }
            Err(_) => {
                let maximum = maximum as u64;
                Err(Error::limit(Limit::ConcurrentCalls, maximum, maximum.saturating_add(1)))
            }
        }
    }

    /// Gives back a stack that was [claimed](Engine::claim).
    pub(crate) fn release(&self) {
        self.0.active.fetch_sub(1, Ordering::AcqRel);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("threads", &self.has_threads()).finish_non_exhaustive()
    }
}

/// A call that is using one of the engine's stacks.
pub(crate) struct StackClaim(Engine);

impl Drop for StackClaim {
    fn drop(&mut self) {
        self.0.release();
    }
}
