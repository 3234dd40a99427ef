//! What a module and a store may use, checked before it is used.

use core::fmt;
use vellum_memory::PAGE_SIZE;

/// A named limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Limit {
    /// [`ModuleLimits::module_bytes`].
    ModuleBytes,
    /// [`ModuleLimits::functions`].
    Functions,
    /// [`ModuleLimits::function_bytes`].
    FunctionBytes,
    /// [`ModuleLimits::locals`].
    Locals,
    /// [`ModuleLimits::globals`].
    Globals,
    /// [`ModuleLimits::types`].
    Types,
    /// [`ModuleLimits::imports`].
    Imports,
    /// [`ModuleLimits::exports`].
    Exports,
    /// [`ModuleLimits::element_items`].
    ElementItems,
    /// [`StoreLimits::pages`].
    Pages,
    /// [`Config::memory_maximum`](crate::Config::memory_maximum).
    MemoryMaximum,
    /// [`StoreLimits::table_elements`].
    TableElements,
    /// [`StoreLimits::instances`].
    Instances,
    /// [`StoreLimits::tables`].
    Tables,
    /// [`StoreLimits::memories`].
    Memories,
    /// [`Config::concurrent_calls`](crate::Config::concurrent_calls).
    ConcurrentCalls,
    /// Bytes that the stacks of an engine may take together, 256 MiB: see
    /// [`Config::max_value_stack`](crate::Config::max_value_stack).
    StackBytes,
    /// [`Config::max_threads`](crate::Config::max_threads).
    Threads,
    /// [`Config::max_wait`](crate::Config::max_wait), in nanoseconds.
    Wait,
    /// [`WAITERS`](crate::WAITERS): places in the queue of those who wait for a notification.
    Waiters,
    /// A limit of the interpreter: slots of one function's frame, branch distances, and the like.
    Interpreter,
}

impl Limit {
    /// The limit's name as the error line shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ModuleBytes => "module bytes",
            Self::Functions => "functions",
            Self::FunctionBytes => "function bytes",
            Self::Locals => "locals",
            Self::Globals => "globals",
            Self::Types => "types",
            Self::Imports => "imports",
            Self::Exports => "exports",
            Self::ElementItems => "element items",
            Self::Pages => "pages",
            Self::MemoryMaximum => "memory maximum",
            Self::TableElements => "table elements",
            Self::Instances => "instances",
            Self::Tables => "tables",
            Self::Memories => "memories",
            Self::ConcurrentCalls => "concurrent calls",
            Self::StackBytes => "stack bytes",
            Self::Threads => "threads",
            Self::Wait => "nanoseconds of a wait",
            Self::Waiters => "waiters",
            Self::Interpreter => "interpreter",
        }
    }
}

/// A limit was exceeded. What asked for more has changed nothing; a guest whose [wait](Limit::Wait)
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

/// What one module may contain. Checked on the module's bytes, before anything is allocated for
/// its code.
///
/// The defaults fit a chip with a few hundred kilobytes of RAM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleLimits {
    /// Length of the module, in bytes.
    pub module_bytes: usize,
    /// Functions that the module defines.
    pub functions: u32,
    /// Length of one function's body, in bytes.
    pub function_bytes: usize,
    /// Locals that one function declares, parameters not counted.
    pub locals: u32,
    /// Globals that the module defines.
    pub globals: u32,
    /// Function types.
    pub types: u32,
    /// Imports of all kinds.
    pub imports: u32,
    /// Exports of all kinds.
    pub exports: u32,
    /// Items of all element segments together.
    pub element_items: u32,
}

impl ModuleLimits {
    /// No limit but those of the interpreter. For hosts with memory to spare.
    pub const UNLIMITED: Self = Self {
        module_bytes: usize::MAX,
        functions: u32::MAX,
        function_bytes: usize::MAX,
        locals: u32::MAX,
        globals: u32::MAX,
        types: u32::MAX,
        imports: u32::MAX,
        exports: u32::MAX,
        element_items: u32::MAX,
    };
}

impl Default for ModuleLimits {
    fn default() -> Self {
        Self {
            module_bytes: 1024 * 1024,
            functions: 4096,
            function_bytes: 64 * 1024,
            locals: 1024,
            globals: 1024,
            types: 1024,
            imports: 1024,
            exports: 4096,
            element_items: 16 * 1024,
        }
    }
}

/// What one store may hold, the threads that its guests start included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreLimits {
    /// Pages of 64 KiB that all memories of the store may reserve together. A
    /// [`SharedMemory`](crate::SharedMemory) belongs to its engine, and is not counted.
    pub pages: u64,
    /// Elements that one table may grow to; never more than 10,000,000. One that can't have more than
    /// 128 is not limited: the [module pass](crate::prepare) appends such a table to what needs help of
    /// the runtime.
    pub table_elements: usize,
    /// Instances, those that failed to instantiate included, and those of threads that did not return
    /// before the [call that started them](crate::Caller::spawn).
    pub instances: usize,
    /// Tables of the host and of all instances together, those that failed to instantiate
    /// included.
    pub tables: usize,
    /// Memories of all instances and of the host together.
    pub memories: usize,
}

impl StoreLimits {
    /// The bytes that the store's memories may reserve together.
    pub(crate) fn reserved_bytes(&self) -> u64 {
        self.pages.saturating_mul(PAGE_SIZE as u64)
    }
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self { pages: u64::MAX, table_elements: 16 * 1024, instances: 64, tables: 64, memories: 64 }
    }
}
