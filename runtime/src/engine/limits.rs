//! What a module and a store may use, checked before it is used.

use crate::error::{Error, limit::Limit};
use vellum_memory::PAGE_SIZE;

/// What one module may contain. Checked on the module's bytes, before anything is allocated for
/// its code.
///
/// The defaults fit a chip with a few hundred kilobytes of RAM.
///
/// ```
/// use vellum::{Config, Engine, Error, Limit, Module, ModuleLimits};
///
/// let limits = ModuleLimits { functions: 1, ..ModuleLimits::default() };
/// let engine = Engine::new(Config::new().module_limits(limits))?;
/// let two = wat::parse_str("(module (func) (func))").expect("the text is valid");
/// let Err(Error::LimitExceeded(exceeded)) = Module::new(&engine, two) else { panic!("too many") };
/// assert_eq!((exceeded.limit, exceeded.maximum, exceeded.found), (Limit::Functions, 1, 2));
/// # Ok::<(), vellum::Error>(())
/// ```
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
///
/// ```
/// use vellum::{Config, Engine, Error, Memory, MemoryType, PAGE_SIZE, PagePool, Store, StoreLimits};
///
/// static PAGES: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
///
/// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
/// let mut store = Store::new(&engine, ());
/// store.set_limits(StoreLimits { pages: 2, ..StoreLimits::default() });
/// Memory::new(&mut store, MemoryType::new(1, Some(2)))?;
/// let more = Memory::new(&mut store, MemoryType::new(1, Some(1)));
/// assert!(matches!(more, Err(Error::LimitExceeded(_))));
/// # Ok::<(), vellum::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreLimits {
    /// Pages of 64 KiB that all memories of the store may reserve together. A
    /// [`SharedMemory`](crate::SharedMemory) belongs to its engine, and is not counted.
    pub pages: u64,
    /// Elements that one table may grow to; never more than 10,000,000. One that can't have more than
    /// 128 is not limited: the [module pass](vellum_prepare) appends such a table to what needs help of
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

/// Elements that a table may have, whatever a store allows: as many as on the web.
const MOST_ELEMENTS: usize = 10_000_000;

impl StoreLimits {
    /// Elements that a table may have.
    pub(crate) fn most_elements(&self) -> usize {
        self.table_elements.min(MOST_ELEMENTS)
    }

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

/// Refuses `additional` things of which there are `held`, past `maximum`.
pub(crate) fn check_count(
    limit: Limit,
    maximum: usize,
    held: usize,
    additional: usize,
) -> Result<(), Error> {
    let found = held.saturating_add(additional);
    if found > maximum {
        return Err(Error::limit(limit, maximum as u64, found as u64));
    }
    Ok(())
}
