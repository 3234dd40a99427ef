//! Exports of instances.

use crate::error::Error;
use crate::func::Func;
use crate::memory::{Memory, shared::SharedMemory};
use crate::store::as_context::AsContext;
use crate::types::ExternType;
use crate::values::{externs::Extern, global::Global, table::Table};
use alloc::string::String;

/// An export of an instance.
///
/// ```
/// use vellum::{Config, Engine, ExternType, Instance, Module, Store};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(&Config::new())?;
/// let text = r#"(module (func (export "run") (result i32) (i32.const 1)))"#;
/// let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"))?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// for export in instance.exports(&store)? {
///     assert_eq!(export.name(), "run");
///     assert!(matches!(export.ty(&store)?, ExternType::Func(_)));
///     assert!(export.into_func().is_some());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Export {
    pub(super) name: String,
    pub(super) value: Extern,
}

impl Export {
    /// The export's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is exported.
    pub fn into_extern(self) -> Extern {
        self.value
    }

    /// The type of what is exported.
    ///
    /// # Errors
    ///
    /// As for [`Extern::ty`].
    pub fn ty(&self, store: impl AsContext) -> Result<ExternType, Error> {
        self.value.ty(store)
    }

    /// The function, if it is one.
    pub fn into_func(self) -> Option<Func> {
        self.value.into_func()
    }

    /// The global, if it is one.
    pub fn into_global(self) -> Option<Global> {
        self.value.into_global()
    }

    /// The table, if it is one.
    pub fn into_table(self) -> Option<Table> {
        self.value.into_table()
    }

    /// The memory, if it is one.
    pub fn into_memory(self) -> Option<Memory> {
        self.value.into_memory()
    }

    /// The shared memory, if it is one, to give to other stores.
    ///
    /// # Errors
    ///
    /// As for [`Extern::into_shared_memory`].
    ///
    /// ```
    /// # #[cfg(feature = "threads")] {
    /// use vellum::{Config, Engine, Instance, Module, PAGE_SIZE, PagePool, Store};
    ///
    /// static PAGES: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(Config::new().page_pool(&PAGES).threads(true))?;
    /// let module = Module::new(&engine, wat::parse_str(
    ///     r#"(module (memory (export "own") 1 1) (memory (export "shared") 1 1 shared))"#,
    /// ).expect("the text is valid"))?;
    /// let mut store = Store::new(&engine, ());
    /// for export in Instance::new(&mut store, &module, &[])?.exports(&store)? {
    ///     let is_shared = export.name() == "shared";
    ///     assert_eq!(export.into_shared_memory(&store)?.is_some(), is_shared);
    /// }
    /// # Ok(())
    /// # }
    /// # main().unwrap() }
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn into_shared_memory(self, store: impl AsContext) -> Result<Option<SharedMemory>, Error> {
        self.value.into_shared_memory(store)
    }
}
