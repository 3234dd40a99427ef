//! What a job may use of a board.

use vellum::{Config, ModuleLimits, PAGE_SIZE, PagePool, StaticBuffer};

/// The part of the pool, as a divisor, that a memory without a declared maximum may grow by.
const RESERVE: u64 = 4;

/// The resources that a job may use.
#[derive(Clone, Copy, Debug)]
pub struct Resources {
    /// The pool for the guest's memories; no other guest uses it meanwhile.
    pub pages: &'static PagePool,
    /// Whether the pool has no bytes of its own, and each job [lends](crate::Platform::lend) it what its guest
    /// reserves.
    pub shares_region: bool,
    /// How many bytes the heap has free, for admission.
    pub heap_free: Option<fn() -> usize>,
    /// Bytes of the guest's value stack.
    pub value_stack: usize,
    /// Functions of the guest that may be active at once.
    pub recursion: usize,
    /// What a module may contain.
    pub module_limits: ModuleLimits,
    /// Threads that a guest may have started at once. Each has a value stack of its own.
    pub threads: usize,
    /// Where a guest has a heap and a native stack of its own, on a board that has such guests.
    pub compartment: Option<&'static StaticBuffer>,
    /// What guests with threads know of the machine: how to wait, and what time it is.
    pub machine: &'static vellum::Platform,
    /// Whose modules are taken, and believed; without a key anybody's.
    #[cfg(feature = "signed")]
    pub signed_by: Option<vellum::PublicKey>,
}

impl Resources {
    /// Those of a small chip: the runtime's defaults.
    pub const fn small(pages: &'static PagePool) -> Resources {
        Resources {
            pages,
            shares_region: false,
            heap_free: None,
            value_stack: 3072,
            recursion: 64,
            module_limits: ModuleLimits::UNLIMITED,
            threads: 3,
            compartment: None,
            machine: &vellum::Platform::ONE_CORE,
            #[cfg(feature = "signed")]
            signed_by: None,
        }
    }

    /// What an engine is made with, which asks what the heap has free if `asks`.
    pub(crate) fn config(&self, asks: bool) -> Config {
        let lendable = self.heap_free.filter(|_| self.shares_region).map_or(0, |free| free());
        let pages = (self.pages.capacity().max(lendable) / PAGE_SIZE) as u64;
        let mut config = Config::new();
        config
            .page_pool(self.pages)
            .max_value_stack(self.value_stack)
            .max_recursion_depth(self.recursion)
            .module_limits(self.module_limits)
            .memory_reserve(pages / RESERVE)
            .memory_maximum(pages)
            .platform(self.machine);
        if let Some(free) = self.heap_free.filter(|_| asks) {
            config.heap_free(free);
        }
        #[cfg(feature = "signed")]
        self.sign(&mut config);
        config
    }

    /// Has the engine believe what is signed.
    #[cfg(feature = "signed")]
    fn sign(&self, config: &mut Config) {
        let Some(key) = self.signed_by else { return };
        config.signed_by(key, 0);
        #[expect(unsafe_code, reason = "nothing checks the code of a module that is believed")]
        // SAFETY: the key signs by `rig` alone, which validates what it signs.
        unsafe {
            config.believe_signatures();
        }
    }
}
