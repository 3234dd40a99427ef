//! Shared memories that an instance exports or is given.

use super::Instance;
use crate::error::Error;
use crate::memory::shared::SharedMemory;
use crate::store::{
    as_context::{AsContext, AsContextMut},
    context::StoreContextMut,
};
use crate::types::ExternKind;
use crate::values::externs::Extern;
use alloc::{borrow::Cow, vec::Vec};

impl Instance {
    /// The exported shared memory of that name, to give to other stores. As one of this store it is
    /// [`Instance::get_memory`]'s.
    ///
    /// # Errors
    ///
    /// As for [`Instance::get_memory`], and [`Error::IncompatibleExport`] when the memory is not
    /// shared.
    ///
    /// ```
    /// # #[cfg(feature = "threads")] {
    /// use vellum::{Config, Engine, Instance, Module, PAGE_SIZE, PagePool, Store};
    ///
    /// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(Config::new().page_pool(&PAGES).threads(true))?;
    /// let module = |text| Module::new(&engine, wat::parse_str(text).expect("the text is valid"));
    /// let owner = module(r#"(module (memory (export "memory") 1 1 shared))"#)?;
    /// let user = module(
    ///     r#"(module (import "" "memory" (memory 1 1 shared))
    ///         (func (export "set") (i32.atomic.store (i32.const 8) (i32.const 42))))"#,
    /// )?;
    ///
    /// let mut first = Store::new(&engine, ());
    /// let memory = Instance::new(&mut first, &owner, &[])?.get_shared_memory(&first, "memory")?;
    /// let mut second = Store::new(&engine, ());
    /// let user = Instance::new(&mut second, &user, &[memory.clone().into()])?;
    /// user.get_typed_func::<(), ()>(&second, "set")?.call(&mut second, ())?;
    /// assert_eq!(memory.atomic_load::<u32>(8)?, 42);
    /// # Ok(())
    /// # }
    /// # main().unwrap() }
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn get_shared_memory(
        &self,
        store: impl AsContext,
        name: &str,
    ) -> Result<SharedMemory, Error> {
        let shared = self.get_memory(&store, name)?.to_shared(&store)?;
        shared.ok_or_else(|| Error::IncompatibleExport {
            name: name.into(),
            expected: ExternKind::SharedMemory,
            found: ExternKind::Memory,
        })
    }
}

/// What is given for imports, with the store's memories for shared memories.
pub(super) fn views<'i, T: Send + 'static>(
    context: &mut StoreContextMut<'_, T>,
    imports: &'i [Extern],
) -> Result<Cow<'i, [Extern]>, Error> {
    if !imports.iter().any(|import| matches!(import, Extern::SharedMemory(_))) {
        return Ok(Cow::Borrowed(imports));
    }
    let mut view = |import: &Extern| match import {
        Extern::SharedMemory(memory) => {
            memory.as_memory(context.as_context_mut()).map(Extern::from)
        }
        other => Ok(other.clone()),
    };
    Ok(Cow::Owned(imports.iter().map(&mut view).collect::<Result<Vec<_>, _>>()?))
}
