//! Limits, and which one was exceeded.

use core::fmt;

/// A limit, named by what sets it.
///
/// ```
/// use vellum::Limit;
///
/// assert_eq!(Limit::ConcurrentCalls.name(), "Config::concurrent_calls");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Limit {
    /// [`ModuleLimits::module_bytes`](crate::ModuleLimits::module_bytes).
    ModuleBytes,
    /// [`ModuleLimits::functions`](crate::ModuleLimits::functions).
    Functions,
    /// [`ModuleLimits::function_bytes`](crate::ModuleLimits::function_bytes).
    FunctionBytes,
    /// [`ModuleLimits::locals`](crate::ModuleLimits::locals).
    Locals,
    /// [`ModuleLimits::globals`](crate::ModuleLimits::globals).
    Globals,
    /// [`ModuleLimits::types`](crate::ModuleLimits::types).
    Types,
    /// [`ModuleLimits::imports`](crate::ModuleLimits::imports).
    Imports,
    /// [`ModuleLimits::exports`](crate::ModuleLimits::exports).
    Exports,
    /// [`ModuleLimits::element_items`](crate::ModuleLimits::element_items).
    ElementItems,
    /// [`StoreLimits::pages`](crate::StoreLimits::pages).
    Pages,
    /// [`Config::memory_maximum`](crate::Config::memory_maximum).
    MemoryMaximum,
    /// [`StoreLimits::table_elements`](crate::StoreLimits::table_elements).
    TableElements,
    /// What the store's [limiter](crate::Store::limiter) refused: the maximum is the present size, in
    /// bytes of a memory or elements of a table.
    ResourceLimiter,
    /// [`StoreLimits::instances`](crate::StoreLimits::instances).
    Instances,
    /// [`StoreLimits::tables`](crate::StoreLimits::tables).
    Tables,
    /// [`StoreLimits::memories`](crate::StoreLimits::memories).
    Memories,
    /// [`Config::concurrent_calls`](crate::Config::concurrent_calls).
    ConcurrentCalls,
    /// Bytes that the stacks of an engine may take together, 256 MiB, which
    /// [`Config::max_value_stack`](crate::Config::max_value_stack) exceeds.
    StackBytes,
    /// [`Config::max_threads`](crate::Config::max_threads).
    Threads,
    /// [`Config::max_wait`](crate::Config::max_wait), in nanoseconds.
    Wait,
    /// [`WAITERS`](crate::WAITERS): places in the queue of waits for a notification. It is fixed.
    Waiters,
    /// A limit of the interpreter: slots of one function's frame, branch distances, and the like.
    Interpreter,
}

impl Limit {
    /// The setting that raises the limit, as the error line shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ModuleBytes => "ModuleLimits::module_bytes",
            Self::Functions => "ModuleLimits::functions",
            Self::FunctionBytes => "ModuleLimits::function_bytes",
            Self::Locals => "ModuleLimits::locals",
            Self::Globals => "ModuleLimits::globals",
            Self::Types => "ModuleLimits::types",
            Self::Imports => "ModuleLimits::imports",
            Self::Exports => "ModuleLimits::exports",
            Self::ElementItems => "ModuleLimits::element_items",
            Self::Pages => "StoreLimits::pages",
            Self::MemoryMaximum => "Config::memory_maximum",
            Self::TableElements => "StoreLimits::table_elements",
            Self::ResourceLimiter => "Store::limiter",
            Self::Instances => "StoreLimits::instances",
            Self::Tables => "StoreLimits::tables",
            Self::Memories => "StoreLimits::memories",
            Self::ConcurrentCalls => "Config::concurrent_calls",
            Self::StackBytes => "Config::max_value_stack",
            Self::Threads => "Config::max_threads",
            Self::Wait => "Config::max_wait",
            Self::Waiters => "WAITERS",
            Self::Interpreter => "interpreter",
        }
    }
}

/// A limit was exceeded.
///
/// ```
/// use vellum::{Limit, LimitExceeded};
///
/// let error = LimitExceeded { limit: Limit::Pages, maximum: 2, found: 3 };
/// assert_eq!(error.to_string(), "limit exceeded: StoreLimits::pages (at most 2, found 3)");
/// ```
///
/// What asked for more has changed nothing; a guest whose [wait](Limit::Wait)
/// was too long has done what it did before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LimitExceeded {
    /// Which limit.
    pub limit: Limit,
    /// Its value, in the unit of the limit.
    pub maximum: u64,
    /// What was asked for, in the same unit; 0 where that is not known.
    pub found: u64,
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "limit exceeded: {}", self.limit.name())?;
        match self.limit {
            Limit::Interpreter => Ok(()),
            _ if self.found > self.maximum => {
                write!(f, " (at most {}, found {})", self.maximum, self.found)
            }
            _ => write!(f, " (at most {})", self.maximum),
        }
    }
}

impl core::error::Error for LimitExceeded {}
