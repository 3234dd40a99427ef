//! What a memory looks like.

use super::Memory;
use crate::error::Error;
use crate::store::context::StoreContext;
use vellum_memory::{Diff, Find, Layout, MemoryAccess, MemoryMap, Watch};

/// These borrow the bytes, as [`Memory::data`] does. What they give is an iterator, or has one, and
/// prints as text, by `defmt` too.
impl Memory {
    /// The memory's regions: data, stack, heap, and what is free, where `layout` says.
    ///
    /// ```
    /// use vellum::{Config, Engine, Instance, Module, PAGE_SIZE, PagePool, Store};
    ///
    /// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
    /// let module = Module::new(&engine, wat::parse_str(
    ///     r#"(module (memory (export "memory") 1 1) (data (i32.const 1024) "text")
    ///         (global (export "__stack_pointer") i32 (i32.const 1024))
    ///         (global (export "__data_end") i32 (i32.const 1028))
    ///         (global (export "__heap_base") i32 (i32.const 1040)))"#,
    /// ).expect("the text is valid"))?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let memory = instance.get_memory(&store, "memory")?;
    /// let layout = instance.layout(&store)?;
    /// assert_eq!(memory.map(&store, layout)?.to_string(), "\
    /// 00000000..00000400  stack      1,024 bytes, all zero
    /// 00000400..00000404  data           4 bytes, 4 not zero
    /// 00000404..00000410  free          12 bytes, all zero
    /// 00000410..00010000  heap      64,496 bytes, all zero");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Memory::data`].
    pub fn map<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
        layout: Layout<'a>,
    ) -> Result<MemoryMap<'a>, Error> {
        Ok(self.data(store)?.map(layout))
    }

    /// What differs from `before`, a copy of the memory from its first byte on. Bytes by which the memory
    /// has grown since are compared with zero.
    ///
    /// # Errors
    ///
    /// As for [`Memory::data`].
    pub fn diff<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
        before: &'a [u8],
    ) -> Result<Diff<'a>, Error> {
        Ok(self.data(store)?.diff(before))
    }

    /// The addresses where `pattern` is.
    ///
    /// # Errors
    ///
    /// As for [`Memory::data`].
    pub fn find<'a, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
        pattern: &'a [u8],
    ) -> Result<Find<'a>, Error> {
        Ok(self.data(store)?.find(pattern))
    }

    /// Watches as many bytes from `offset` on as `copy` holds: [`Watch::check`] tells at each boundary
    /// that the host sees, such as the return of a call, whether they were written to.
    ///
    /// # Errors
    ///
    /// As for [`Memory::read`].
    pub fn watch<'a, 'c, W, T: Send + 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
        offset: usize,
        copy: &'c mut [u8],
    ) -> Result<Watch<'c, W>, Error> {
        Ok(Watch::new(self.data(store)?, offset, copy)?)
    }
}
