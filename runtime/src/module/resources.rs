//! What instances of a module take, known before there are any.

use super::Module;
use crate::engine::reservation::maximum_pages;
use crate::types::ExternType;
use vellum_memory::MemoryType;

/// What an instance of a module takes beside what it imports: see [`Module::resources_required`].
///
/// ```
/// use vellum::{Config, Engine, Module};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(&Config::new())?;
/// let text = "(module (memory 1 3) (memory 2 2) (table 10 funcref))";
/// let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"))?;
/// let required = module.resources_required();
/// assert_eq!((required.num_memories, required.num_tables), (2, 1));
/// assert_eq!(required.max_initial_memory_size, Some(2));
/// assert_eq!(required.reserved_memory_bytes, 5 * vellum::PAGE_SIZE as u64);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct ResourcesRequired {
    /// Memories that the module defines.
    pub num_memories: u32,
    /// Pages, of its own page size, that the memory with most of them has at first.
    pub max_initial_memory_size: Option<u64>,
    /// Bytes that all memories have at first.
    pub initial_memory_bytes: u64,
    /// Bytes of the page pool that the memories reserve to grow, those at first included, as the
    /// engine is configured; a pool rounds each memory up to its granule.
    pub reserved_memory_bytes: u64,
    /// Tables that the module defines.
    pub num_tables: u32,
    /// Elements that all tables have at first, 4 bytes of the heap each.
    pub table_elements: u64,
    /// Bytes of the heap that the first instance of a store takes at most, the elements of tables
    /// included.
    pub heap_bytes: usize,
}

impl Module {
    /// What an instance of the module takes, so that its admission can be decided before there is
    /// any. What it uses up as it runs is not known: fuel and [limits](crate::StoreLimits) bound that.
    ///
    /// ```
    /// use vellum::{Config, Engine, Module, PAGE_SIZE, PagePool};
    ///
    /// static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
    /// let text = "(module (memory 1 3) (table 10 funcref))";
    /// let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"))?;
    /// let required = module.resources_required();
    /// assert_eq!((required.num_memories, required.table_elements), (1, 10));
    /// assert_eq!(required.initial_memory_bytes, PAGE_SIZE as u64);
    /// assert_eq!(required.reserved_memory_bytes, 3 * PAGE_SIZE as u64);
    /// assert!(required.reserved_memory_bytes <= PAGES.free() as u64);
    /// # Ok(())
    /// # }
    /// ```
    pub fn resources_required(&self) -> ResourcesRequired {
        let config = self.engine().config();
        let defined = || self.memories().iter().filter(|memory| !memory.imported);
        let sum = |pages: &dyn Fn(&MemoryType) -> u64| {
            let bytes = |ty: &MemoryType| pages(ty).saturating_mul(ty.page_size());
            defined().fold(0, |sum: u64, memory| sum.saturating_add(bytes(&memory.ty)))
        };
        // One that may not even have its minimum can't be made at all.
        let reserved =
            |ty: &MemoryType| maximum_pages(config, ty, None).unwrap_or_else(|_| ty.minimum());
        ResourcesRequired {
            num_memories: u32::try_from(defined().count()).unwrap_or(u32::MAX),
            max_initial_memory_size: defined().map(|memory| memory.ty.minimum()).max(),
            initial_memory_bytes: sum(&MemoryType::minimum),
            reserved_memory_bytes: sum(&reserved),
            num_tables: u32::try_from(self.tables()).unwrap_or(u32::MAX),
            table_elements: self.0.table_elements,
            heap_bytes: self.instance_heap(),
        }
    }

    /// The type of the export of that name, if there is one.
    pub fn get_export(&self, name: &str) -> Option<ExternType> {
        let export = self.exports().find(|export| export.name() == name)?;
        Some(export.ty().clone())
    }
}
