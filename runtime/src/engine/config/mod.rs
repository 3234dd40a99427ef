//! How an engine is set up.

pub(crate) mod bound;
mod compartment;
#[cfg(feature = "std")]
mod computer;
mod interpreter;
pub(crate) mod mode;
mod signed;
mod turns;

use super::{limits::ModuleLimits, pages::Pages};
use crate::error::{Error, config::ConfigError};
use bound::{BOUND, BoundFn};
#[cfg(feature = "compartments")]
use compartment::CompartmentBytes;
#[cfg(feature = "std")]
use computer::Chosen;
use core::fmt;
use mode::CompilationMode;
#[cfg(feature = "signed")]
use signed::SignedBy;
use vellum_memory::{PagePool, Platform};

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
    #[cfg(feature = "compartments")]
    preemptible: bool,
    #[cfg(feature = "signed")]
    signed: Option<SignedBy>,
    #[cfg(feature = "std")]
    chosen: Chosen,
}

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
            #[cfg(feature = "compartments")]
            preemptible: false,
            #[cfg(feature = "signed")]
            signed: None,
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

    /// When functions are translated. [`CompilationMode::Eager`] by default, which takes the heap for
    /// all code at once, but keeps no buffers; the others keep the translator's, which are as large as
    /// the largest function needed.
    ///
    /// The others translate in a call, which allocates. **Without a compartment, that ends the firmware
    /// when the heap is exhausted**: see [`CompilationMode`].
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
    /// as what fits in one piece fits in any case. Asked before an engine is made, before a module is
    /// loaded, before a linker makes what it imports, before an instance is made, before the stacks are
    /// allocated with the first one, and before a table grows: what would not fit is refused with
    /// [`Error::OutOfHeap`](crate::Error::OutOfHeap) instead of exhausting the heap. Not asked by
    /// default; costs no bytes.
    pub fn heap_free(&mut self, free: fn() -> usize) -> &mut Self {
        self.heap_free = Some(free);
        self.bound = Some(BOUND);
        self
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
