//! What an engine has in use, and the most it has had.

use super::{Engine, pages::Pages};
use core::{fmt, sync::atomic::Ordering};
use vellum_memory::{PoolStats, Thousands};

/// What an [`Engine`] has in use, and the most it has had. All sizes are in bytes.
///
/// ```
/// use vellum::{Config, Engine, Instance, Module, PAGE_SIZE, PagePool, Store};
///
/// static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(Config::new().page_pool(&PAGES).concurrent_calls(2))?;
/// let text = r#"(module (memory 1 1) (func (export "run")))"#;
/// let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"))?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// instance.get_typed_func::<(), ()>(&store, "run")?.call(&mut store, ())?;
///
/// let usage = engine.usage();
/// assert_eq!((usage.calls, usage.calls_high_water, usage.calls_limit), (0, 1, 2));
/// assert_eq!(
///     usage.to_string(),
///     "pool: 65,536 of 131,072 bytes leased (1 leases, at most 65,536 bytes), 65,536 free in runs of at \
///      most 65,536; value stacks: 0 of 2 in use, 1 high-water, 3,072 bytes each"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineUsage {
    /// The engine's pool, with what others lease from it. `None` without one.
    pub pool: Option<PoolStats>,
    /// Bytes in use in the heap of the engine's compartment. `None` without one, as are the next three.
    pub heap: Option<usize>,
    /// Most bytes in use there at once.
    pub heap_high_water: Option<usize>,
    /// Bytes of the compartment's native stack.
    pub native_stack: Option<usize>,
    /// Most bytes of it in use at once.
    pub native_stack_high_water: Option<usize>,
    /// Bytes that the heap has left: the largest free block of the compartment, or what
    /// [`Config::heap_free`](crate::Config::heap_free) tells. `None` without either.
    pub heap_left: Option<usize>,
    /// Calls that are active. Each has a value stack of its own.
    pub calls: usize,
    /// Most calls that were active at once.
    pub calls_high_water: usize,
    /// Calls that may be active at once, by [`Config::concurrent_calls`](crate::Config::concurrent_calls).
    pub calls_limit: usize,
    /// Bytes of one value stack.
    pub value_stack: usize,
}

impl Engine {
    /// What the engine has in use, and the most it has had. What one store has of it is told by
    /// [`Store::usage`](crate::Store::usage).
    pub fn usage(&self) -> EngineUsage {
        let inner = &self.0;
        let config = &inner.config;
        let pool = match config.pages {
            Pages::Pool(pool) => Some(pool.stats()),
            _ => None,
        };
        let usage = EngineUsage {
            pool,
            heap: None,
            heap_high_water: None,
            native_stack: None,
            native_stack_high_water: None,
            heap_left: config.heap_free.map(|free| free()),
            calls: inner.active.load(Ordering::Relaxed),
            calls_high_water: inner.most_active.load(Ordering::Relaxed),
            calls_limit: config.concurrent_calls,
            value_stack: config.value_stack,
        };
        #[cfg(feature = "compartments")]
        if let Some(stats) = self.compartment_stats() {
            return EngineUsage {
                heap: Some(stats.heap.used),
                heap_high_water: Some(stats.heap.high_water),
                native_stack: Some(stats.stack),
                native_stack_high_water: Some(stats.stack_high_water),
                heap_left: Some(stats.heap.largest),
                ..usage
            };
        }
        usage
    }
}

impl fmt::Display for EngineUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |figure: usize| Thousands(figure as u64);
        if let Some(pool) = &self.pool {
            write!(f, "pool: {pool}; ")?;
        }
        if let (Some(used), Some(most)) = (self.heap, self.heap_high_water) {
            write!(f, "heap: {} bytes in use, {} high-water; ", of(used), of(most))?;
        }
        if let Some(left) = self.heap_left {
            write!(f, "heap left: {} bytes; ", of(left))?;
        }
        if let (Some(size), Some(most)) = (self.native_stack, self.native_stack_high_water) {
            write!(f, "native stack: {} high-water of {} bytes; ", of(most), of(size))?;
        }
        let Self { calls, calls_high_water, calls_limit, value_stack, .. } = self;
        write!(
            f,
            "value stacks: {calls} of {calls_limit} in use, {calls_high_water} high-water, \
             {} bytes each",
            of(*value_stack)
        )
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for EngineUsage {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::Format::format(&defmt::Display2Format(self), f);
    }
}
