//! How an engine is set up.

mod compartment;
#[cfg(feature = "std")]
mod computer;
mod interpreter;
pub(crate) mod mode;

use super::{limits::ModuleLimits, pages::Pages};
use crate::error::{Error, config::ConfigError};
use crate::interruption_feature::Interruptible;
use crate::threads_feature::Threads;
#[cfg(feature = "compartments")]
use compartment::CompartmentBytes;
#[cfg(feature = "std")]
use computer::Chosen;
use core::{fmt, time::Duration};
use mode::CompilationMode;
use vellum_memory::{PagePool, Platform};
use vellum_prepare::{Bound, Loading, PrepareError, Prepared};

pub(crate) const NO_THREADS: Error = Error::Config(ConfigError::Threads);

/// The settings of an [`Engine`](crate::Engine). Everything that costs RAM is set here.
///
/// ```
/// use vellum::{Config, Engine, PAGE_SIZE, PagePool};
///
/// static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
///
/// # fn main() -> Result<(), vellum::Error> {
/// let mut config = Config::new();
/// config.page_pool(&PAGES).max_value_stack(4096).concurrent_calls(2);
/// let engine = Engine::new(&config)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) pages: Pages,
    pub(crate) value_stack: usize,
    pub(crate) recursion: usize,
    pub(crate) concurrent_calls: usize,
    pub(crate) fuel: bool,
    pub(crate) threads: bool,
    pub(crate) slice: u64,
    interruptible: bool,
    pub(crate) max_threads: usize,
    pub(crate) max_wait: Option<u64>,
    pub(crate) platform: &'static Platform,
    pub(crate) mode: CompilationMode,
    pub(crate) memory_reserve: u64,
    pub(crate) memory_maximum: u64,
    pub(crate) module_limits: ModuleLimits,
    pub(crate) heap_free: Option<fn() -> usize>,
    /// How modules are measured where the heap tells what it has free: in no image where it doesn't.
    pub(crate) bound: Option<BoundFn>,
    #[cfg(feature = "compartments")]
    compartment: Option<CompartmentBytes>,
    #[cfg(feature = "std")]
    chosen: Chosen,
}

/// What a module takes, near enough.
pub(crate) type BoundFn =
    fn(&Prepared<'_>, Loading, &dyn Fn(&Bound) -> bool) -> Result<Bound, PrepareError>;

impl Default for Config {
    /// With the feature `std` a configuration for a PC: pages of the operating system, 4 GiB for each
    /// memory where addresses have 64 bits, 512 KiB of value stack, 4,096 nested calls in a guest, a
    /// call at a time for each core (8 at least), modules of any size. Without it, [`Config::new`].
    fn default() -> Self {
        #[cfg(feature = "std")]
        let config = computer::config();
        #[cfg(not(feature = "std"))]
        let config = Self::new();
        config
    }
}

impl Config {
    /// A configuration for a small chip: 3 KiB of value stack, 64 nested calls in a guest, one
    /// call at a time, no fuel, eager translation, no page pool.
    pub fn new() -> Self {
        Self {
            pages: Pages::Nowhere,
            value_stack: 3072,
            recursion: 64,
            concurrent_calls: 1,
            fuel: false,
            threads: false,
            slice: 10_000,
            interruptible: false,
            max_threads: 8,
            max_wait: None,
            platform: &Platform::ONE_CORE,
            mode: CompilationMode::Eager,
            memory_reserve: 0,
            memory_maximum: u64::MAX,
            module_limits: ModuleLimits::default(),
            heap_free: None,
            bound: None,
            #[cfg(feature = "compartments")]
            compartment: None,
            #[cfg(feature = "std")]
            chosen: Chosen::default(),
        }
    }

    /// The pool on whose pages all memories of this engine's stores lie. None by default. The pool is
    /// the embedder's static; the engine adds nothing to it.
    pub fn page_pool(&mut self, pool: &'static PagePool) -> &mut Self {
        self.pages = Pages::Pool(pool);
        self
    }

    /// Bytes of the value stack of one call, allocated with the first instance. A guest that
    /// needs more traps with `call stack exhausted`. 3,072 by default; so many bytes of heap for each of
    /// the [calls](Config::concurrent_calls).
    ///
    /// All stacks of an engine, of values and of functions for each of its
    /// [calls](Config::concurrent_calls), may take 256 MiB: more is
    /// [`Error::LimitExceeded`](crate::Error::LimitExceeded) when the engine is made.
    pub fn max_value_stack(&mut self, bytes: usize) -> &mut Self {
        self.value_stack = bytes;
        self
    }

    /// Functions of a guest that may be active in one call. One more traps with `call stack
    /// exhausted`. 64 by default; at most 32 bytes of heap each, rounded up to a power of two of them,
    /// for each of the [calls](Config::concurrent_calls).
    pub fn max_recursion_depth(&mut self, functions: usize) -> &mut Self {
        self.recursion = functions;
        self
    }

    /// Calls that may be active at once on this engine: those on several threads, and those that
    /// a host function makes while its own caller is active. Each has its stacks, allocated with
    /// the first instance. One more is [`Error::LimitExceeded`](crate::Error::LimitExceeded). 1 by
    /// default; with the stacks' default sizes a call takes at most 5,120 bytes of heap.
    pub fn concurrent_calls(&mut self, calls: usize) -> &mut Self {
        self.concurrent_calls = calls;
        #[cfg(feature = "std")]
        self.chosen.calls();
        self
    }

    /// Whether guests use up fuel ([`Store::set_fuel`](crate::Store::set_fuel)). Not by default. Costs
    /// 11 to 35 % of a guest's speed, and no bytes beside those of the code that counts.
    pub fn consume_fuel(&mut self, enable: bool) -> &mut Self {
        self.fuel = enable;
        self
    }

    /// Whether guests have the threads proposal: shared memories, and waiting. Atomic instructions on
    /// memories that are not shared they have in any case.
    ///
    /// All stores of the engine then share one world, in which they take turns, and a call runs in
    /// [slices](Config::slice) between which others go on. Guests of such an engine have no tail calls,
    /// because the interpreter can't resume them.
    ///
    /// Not by default. Costs what counting fuel costs and, on a 32-bit chip, 2.2 KB of heap for the
    /// world: 912 bytes of it are the queue of waits, the rest is the interpreter's store and the lock.
    ///
    /// With the feature `std` it also sets what was not set before: the [platform](Config::platform) to
    /// `Platform::STD`, and the [calls](Config::concurrent_calls) to one for each core of the machine
    /// and each of the [threads](Config::max_threads) that guests may start.
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn threads(&mut self, enable: bool) -> &mut Self {
        self.threads = enable;
        #[cfg(feature = "std")]
        if enable {
            self.take_computer();
        }
        self
    }

    /// Lets guests be stopped at any time: by an `InterruptHandle` of their store, or by a
    /// [deadline](crate::Store::set_deadline).
    ///
    /// A guest then runs in [slices](Config::slice), without threads too: how long it may go on depends
    /// on their length, and on its longest stretch of code without a loop or a call. Operations that
    /// may take longer are done in pieces: `memory.grow`, `memory.fill` and `memory.copy` by calls of the
    /// runtime, those on many elements of tables by other instructions. A module that is prepared ahead of time must have been prepared for it.
    ///
    /// Not by default. Costs what counting fuel costs, and 50 bytes of heap for each store.
    #[cfg(feature = "interruption")]
    pub fn interruptible(&mut self, enable: bool) -> &mut Self {
        self.interruptible = enable;
        self
    }

    /// Units of fuel after which a guest of an engine with threads gives way to others, and one of an
    /// engine that is interruptible may be stopped. At least 1. An operation that needs more, such as
    /// filling a large block, is not interrupted, except on an engine that is interruptible. 10,000 by
    /// default; costs no bytes.
    pub fn slice(&mut self, fuel: u64) -> &mut Self {
        self.slice = fuel;
        self
    }

    /// Threads that guests may have started at once. Each needs one of the
    /// [calls](Config::concurrent_calls) as well. 8 by default; costs no bytes until a thread starts,
    /// which makes an instance.
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn max_threads(&mut self, threads: usize) -> &mut Self {
        self.max_threads = threads;
        self
    }

    /// How long a guest may wait for a notification, or sleep, at one time: no fuel bounds that. One
    /// whose wait is not over by then ends with [`Error::LimitExceeded`](crate::Error::LimitExceeded),
    /// whatever time limit of its own it has; one that asks to sleep longer ends at once. No limit by
    /// default; costs no bytes.
    ///
    /// Needs a platform with a clock. Where it is set, a deadlock of several stores shows as this
    /// limit when the time is up. Host functions that [return later](crate::Func::wrap_async) keep
    /// their own time.
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn max_wait(&mut self, time: Duration) -> &mut Self {
        self.max_wait = Some(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        self
    }

    /// What an engine with threads knows of the machine: who is running, how to wait, and what time
    /// it is. [`Platform::ONE_CORE`] by default; costs no bytes.
    pub fn platform(&mut self, platform: &'static Platform) -> &mut Self {
        self.platform = platform;
        #[cfg(feature = "std")]
        self.chosen.platform();
        self
    }

    /// When functions are translated. [`CompilationMode::Eager`] by default, which takes the heap for
    /// all code at once, but keeps no buffers; the others keep the translator's, which are as large as
    /// the largest function needed.
    pub fn compilation_mode(&mut self, mode: CompilationMode) -> &mut Self {
        self.mode = mode;
        self
    }

    /// Pages of 64 KiB that a memory without a declared maximum may grow by over its minimum. They
    /// are reserved when the memory is made. 0 by default; each page costs 65,536 bytes of the pool for
    /// each such memory.
    ///
    /// `wasmtime` has `memory_reservation` and `memory_reservation_for_growth`, in bytes of address
    /// space that cost nothing. Here they are bytes of RAM, and pages are what guests count.
    pub fn memory_reserve(&mut self, pages: u64) -> &mut Self {
        self.memory_reserve = pages;
        self
    }

    /// Pages of 64 KiB that any one memory may have at most, whatever maximum it declares. A
    /// memory whose minimum is larger is [`Error::LimitExceeded`](crate::Error::LimitExceeded). No limit
    /// by default; saves 65,536 bytes of the pool for each page that a memory declares beyond it.
    pub fn memory_maximum(&mut self, pages: u64) -> &mut Self {
        self.memory_maximum = pages;
        self
    }

    /// What one module may contain. [`ModuleLimits::default`] by default; costs no bytes.
    pub fn module_limits(&mut self, limits: ModuleLimits) -> &mut Self {
        self.module_limits = limits;
        self
    }

    /// How many bytes the heap has free: of a heap that is in pieces, best those of the largest one,
    /// as what fits in one piece fits in any case. Asked before a module is loaded, before a linker
    /// makes what it imports, before an instance is made, before the stacks are allocated with the first
    /// one, and before a table grows: what would not fit is refused with
    /// [`Error::OutOfHeap`](crate::Error::OutOfHeap) instead of exhausting the heap. Not asked by
    /// default; costs no bytes.
    pub fn heap_free(&mut self, free: fn() -> usize) -> &mut Self {
        self.heap_free = Some(free);
        self.bound = Some(|module, loading, is_enough| module.bound_for(loading, is_enough));
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

    /// The proof that guests can be stopped.
    pub(crate) fn interruption(&self) -> Option<Interruptible> {
        Interruptible::wanted(self.interruptible)
    }

    /// Whether calls run in slices.
    pub(crate) fn has_slices(&self) -> bool {
        self.has_threads() || self.interruption().is_some()
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
            .field("interruptible", &self.interruptible)
            .field("mode", &self.mode)
            .field("memory_reserve", &self.memory_reserve)
            .field("memory_maximum", &self.memory_maximum)
            .field("module_limits", &self.module_limits)
            .finish_non_exhaustive()
    }
}
