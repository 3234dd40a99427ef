//! How an engine is set up.

use super::limits::ModuleLimits;
use crate::error::{Error, config::ConfigError};
use crate::threads_feature::Threads;
use core::{fmt, time::Duration};
use vellum_memory::{PagePool, Platform};

pub(crate) const NO_THREADS: Error = Error::Config(ConfigError::Threads);

/// When functions are translated for the interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CompilationMode {
    /// All of them while the module is loaded: no call allocates for it.
    #[default]
    Eager,
    /// Validated while the module is loaded, translated at the first call, which allocates. The
    /// translator's buffers stay with the engine.
    LazyTranslation,
    /// Validated and translated at the first call, which allocates and may find the function
    /// invalid. The buffers of both stay with the engine.
    Lazy,
}

/// The settings of an [`Engine`](crate::Engine). Everything that costs RAM is set here.
#[derive(Clone)]
pub struct Config {
    pub(crate) pool: Option<&'static PagePool>,
    pub(crate) value_stack: usize,
    pub(crate) recursion: usize,
    pub(crate) concurrent_calls: usize,
    pub(crate) fuel: bool,
    pub(crate) threads: bool,
    pub(crate) slice: u64,
    pub(crate) max_threads: usize,
    pub(crate) max_wait: Option<u64>,
    pub(crate) platform: &'static Platform,
    pub(crate) mode: CompilationMode,
    pub(crate) memory_reserve: u64,
    pub(crate) memory_maximum: u64,
    pub(crate) module_limits: ModuleLimits,
    pub(crate) heap_free: Option<fn() -> usize>,
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// A configuration for a small chip: 3 KiB of value stack, 64 nested calls in a guest, one
    /// call at a time, no fuel, eager translation, no page pool.
    pub fn new() -> Self {
        Self {
            pool: None,
            value_stack: 3072,
            recursion: 64,
            concurrent_calls: 1,
            fuel: false,
            threads: false,
            slice: 10_000,
            max_threads: 8,
            max_wait: None,
            platform: &Platform::ONE_CORE,
            mode: CompilationMode::Eager,
            memory_reserve: 0,
            memory_maximum: u64::MAX,
            module_limits: ModuleLimits::default(),
            heap_free: None,
        }
    }

    /// The pool on whose pages all memories of this engine's stores lie.
    pub fn page_pool(&mut self, pool: &'static PagePool) -> &mut Self {
        self.pool = Some(pool);
        self
    }

    /// Bytes of the value stack of one call, allocated with the first instance. A guest that
    /// needs more traps with `call stack exhausted`.
    ///
    /// All stacks of an engine, of values and of functions for each of its
    /// [calls](Config::concurrent_calls), may take 256 MiB: more is
    /// [`Error::LimitExceeded`](crate::Error::LimitExceeded) when the engine is made.
    pub fn max_value_stack(&mut self, bytes: usize) -> &mut Self {
        self.value_stack = bytes;
        self
    }

    /// Functions of a guest that may be active in one call. One more traps with `call stack
    /// exhausted`.
    pub fn max_recursion_depth(&mut self, functions: usize) -> &mut Self {
        self.recursion = functions;
        self
    }

    /// Calls that may be active at once on this engine: those on several threads, and those that
    /// a host function makes while its own caller is active. Each has its stacks, allocated with
    /// the first instance. One more is [`Error::LimitExceeded`](crate::Error::LimitExceeded).
    pub fn concurrent_calls(&mut self, calls: usize) -> &mut Self {
        self.concurrent_calls = calls;
        self
    }

    /// Whether guests use up fuel ([`Store::set_fuel`](crate::Store::set_fuel)). Costs 11 to 35 %
    /// of a guest's speed.
    pub fn consume_fuel(&mut self, enable: bool) -> &mut Self {
        self.fuel = enable;
        self
    }

    /// Whether guests have the threads proposal: shared memories, atomic instructions, waiting.
    ///
    /// All stores of the engine then share one world, in which they take turns, and a call runs in
    /// [slices](Config::slice) between which others go on. Costs what counting fuel costs. Guests of
    /// such an engine have no tail calls, because the interpreter can't resume them.
    pub fn threads(&mut self, enable: bool) -> &mut Self {
        self.threads = enable;
        self
    }

    /// Units of fuel after which a guest of an engine with threads gives way to others. At least 1.
    /// An operation that needs more, such as filling a large block, is not interrupted.
    pub fn slice(&mut self, fuel: u64) -> &mut Self {
        self.slice = fuel;
        self
    }

    /// Threads that guests may have started at once. Each needs one of the
    /// [calls](Config::concurrent_calls) as well.
    pub fn max_threads(&mut self, threads: usize) -> &mut Self {
        self.max_threads = threads;
        self
    }

    /// How long a guest may wait for a notification, or sleep, at one time: no fuel bounds that. One
    /// whose wait is not over by then ends with [`Error::LimitExceeded`](crate::Error::LimitExceeded),
    /// whatever time limit of its own it has; one that asks to sleep longer ends at once. No limit
    /// if nothing is said.
    ///
    /// Needs a platform with a clock. Where it is set, a deadlock of several stores shows as this
    /// limit when the time is up. Host functions that [suspend](crate::Error::suspend) their guest
    /// keep their own time.
    pub fn max_wait(&mut self, time: Duration) -> &mut Self {
        self.max_wait = Some(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        self
    }

    /// What an engine with threads knows of the machine: who is running, how to wait, and what time
    /// it is, in **nanoseconds**. [`Platform::ONE_CORE`] if nothing is said.
    pub fn platform(&mut self, platform: &'static Platform) -> &mut Self {
        self.platform = platform;
        self
    }

    /// When functions are translated.
    pub fn compilation_mode(&mut self, mode: CompilationMode) -> &mut Self {
        self.mode = mode;
        self
    }

    /// Pages of 64 KiB that a memory without a declared maximum may grow by over its minimum. They
    /// are reserved when the memory is made.
    pub fn memory_reserve(&mut self, pages: u64) -> &mut Self {
        self.memory_reserve = pages;
        self
    }

    /// Pages of 64 KiB that any one memory may have at most, whatever maximum it declares. A
    /// memory whose minimum is larger is [`Error::LimitExceeded`](crate::Error::LimitExceeded).
    pub fn memory_maximum(&mut self, pages: u64) -> &mut Self {
        self.memory_maximum = pages;
        self
    }

    /// What one module may contain.
    pub fn module_limits(&mut self, limits: ModuleLimits) -> &mut Self {
        self.module_limits = limits;
        self
    }

    /// How many bytes the heap has free. Asked before a module is loaded, before the stacks are
    /// allocated with the first instance, and before a table grows: what would not fit is refused with
    /// [`Error::OutOfHeap`](crate::Error::OutOfHeap) instead of exhausting the heap.
    pub fn heap_free(&mut self, free: fn() -> usize) -> &mut Self {
        self.heap_free = Some(free);
        self
    }

    /// The proof that guests have the threads proposal.
    pub(crate) fn proof(&self) -> Option<Threads> {
        Threads::wanted(self.threads)
    }

    /// The proof that guests have the threads proposal, for what can't do without.
    pub(crate) fn require_threads(&self) -> Result<Threads, Error> {
        self.proof().ok_or(NO_THREADS)
    }

    /// Refuses threads where there can't be any.
    pub(crate) fn check_threads(&self) -> Result<(), Error> {
        if self.threads && Threads::POSSIBLE.is_none() {
            return Err(ConfigError::ThreadsFeature.into());
        }
        Ok(())
    }

    /// Whether guests have the threads proposal.
    pub(crate) fn has_threads(&self) -> bool {
        self.proof().is_some()
    }

    /// The configuration of the interpreter that carries this one out.
    pub(crate) fn interpreter(&self) -> wasmi::Config {
        let mut config = wasmi::Config::default();
        // The order matters: the interpreter panics where its minimum exceeds its maximum.
        config
            .set_min_stack_height(0)
            .set_max_stack_height(self.value_stack)
            .set_min_stack_height(self.value_stack)
            .set_max_recursion_depth(self.recursion)
            .set_max_cached_stacks(self.concurrent_calls)
            .consume_fuel(self.fuel || self.has_threads())
            .ignore_custom_sections(true)
            .wasm_custom_page_sizes(true)
            // A host function that suspends is resumed in the wrong frame where it was tail-called.
            .wasm_tail_call(!self.has_threads())
            .compilation_mode(match self.mode {
                CompilationMode::Eager => wasmi::CompilationMode::Eager,
                CompilationMode::LazyTranslation => wasmi::CompilationMode::LazyTranslation,
                CompilationMode::Lazy => wasmi::CompilationMode::Lazy,
            })
            // Translating is the host's work, not the guest's; and running out of fuel while a
            // function is translated lazily can't be resumed.
            .fuel_cost(wasmi::CustomFuelCosts {
                bytes_copied_per_fuel: 64,
                fuel_per_bytes_translated: 0,
                fuel_per_bytes_validated: 0,
            });
        config
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("value_stack", &self.value_stack)
            .field("recursion", &self.recursion)
            .field("concurrent_calls", &self.concurrent_calls)
            .field("fuel", &self.fuel)
            .field("threads", &self.threads)
            .field("slice", &self.slice)
            .field("mode", &self.mode)
            .field("memory_reserve", &self.memory_reserve)
            .field("memory_maximum", &self.memory_maximum)
            .field("module_limits", &self.module_limits)
            .finish_non_exhaustive()
    }
}
