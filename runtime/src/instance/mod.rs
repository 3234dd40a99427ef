//! Instances: modules that were given what they import and have their own state.

mod instantiate;
pub(crate) mod make;
mod parts;
mod shared;
pub(crate) mod spawn;
mod table_snapshot;

use crate::error::Error;
use crate::func::{
    Func,
    typed::{TypedFunc, WasmParams, WasmResults},
};
use crate::memory::{Memory, shared::SharedMemory};
use crate::module::Module;
use crate::store::as_context::{AsContext, AsContextMut};
use crate::types::{ExternKind, ExternType};
use crate::values::{externs::Extern, global::Global, table::Table};
use crate::world::{InstanceEntry, World, session::StoreId};
use alloc::{string::String, vec::Vec};
use core::fmt;
use instantiate::{instantiate, instantiate_async};

/// An instance of a module in a store.
///
/// ```
/// use vellum::{Config, Engine, Func, Instance, Module, Store};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(&Config::new())?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module (import "env" "double" (func $double (param i32) (result i32)))
///         (func (export "run") (result i32) (call $double (i32.const 21))))"#,
/// ).expect("the text is valid"))?;
/// let mut store = Store::new(&engine, ());
/// let double = Func::wrap(&mut store, |n: i32| 2 * n)?;
/// let instance = Instance::new(&mut store, &module, &[double.into()])?;
/// let run = instance.get_typed_func::<(), i32>(&store, "run")?;
/// assert_eq!(run.call(&mut store, ())?, 42);
/// assert!(instance.get_memory(&store, "memory").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Instance {
    pub(crate) store: StoreId,
    pub(crate) entry: usize,
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("store", &self.store).finish_non_exhaustive()
    }
}

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
    name: String,
    value: Extern,
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

impl Instance {
    /// Instantiates `module` with its imports in order, and runs its start function.
    ///
    /// # Errors
    ///
    /// [`Error::IncompatibleImport`] when an import has another type, [`Error::ImportCount`] when
    /// there are too few or too many, [`Error::OutOfPages`] when the pool has no room for the memories
    /// it defines, [`Error::LimitExceeded`], [`Error::Trap`] when a segment is out of bounds or
    /// the start function traps, [`Error::WrongStore`] and [`Error::WrongEngine`].
    pub fn new(
        mut store: impl AsContextMut,
        module: &Module,
        imports: &[Extern],
    ) -> Result<Self, Error> {
        let mut context = store.as_context_mut();
        let entry = instantiate(&mut context, module, imports)?;
        Ok(Self { store: context.id(), entry })
    }

    /// As [`Instance::new`], as a future that gives way to other tasks while the start function runs.
    ///
    /// # Errors
    ///
    /// As for [`Instance::new`].
    pub async fn new_async(
        mut store: impl AsContextMut,
        module: &Module,
        imports: &[Extern],
    ) -> Result<Self, Error> {
        let mut context = store.as_context_mut();
        let entry = instantiate_async(&mut context, module, imports).await?;
        Ok(Self { store: context.id(), entry })
    }

    fn with_entry<R>(
        &self,
        store: &impl AsContext,
        f: impl FnOnce(wasmi::StoreContext<'_, World>, &InstanceEntry) -> Option<R>,
    ) -> Result<Option<R>, Error> {
        store
            .as_context()
            .read(self.store, |store| f(store, store.data().instances.get(self.entry)?))
    }

    /// The export of that name, `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the instance belongs to another store.
    pub fn get_export(&self, store: impl AsContext, name: &str) -> Result<Option<Extern>, Error> {
        self.with_entry(&store, |store, entry| {
            let hidden = entry.module.hides(name);
            let value = (!hidden).then(|| entry.inner.get_export(store, name))??;
            Some(Extern::from_wasmi(store, self.store, value))
        })
    }

    /// All exports.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the instance belongs to another store.
    pub fn exports(&self, store: impl AsContext) -> Result<Vec<Export>, Error> {
        let exports = self.with_entry(&store, |store, entry| {
            let own = entry.module.exports().filter_map(|export| {
                let value = entry.inner.get_export(store, export.name())?;
                let value = Extern::from_wasmi(store, self.store, value);
                Some(Export { name: export.name().into(), value })
            });
            Some(own.collect())
        })?;
        Ok(exports.unwrap_or_default())
    }

    fn get<R>(
        &self,
        store: impl AsContext,
        name: &str,
        expected: ExternKind,
        into: impl FnOnce(Extern) -> Option<R>,
    ) -> Result<R, Error> {
        let export = self.get_export(store, name)?;
        let found = export.as_ref().map(Extern::kind);
        export.and_then(into).ok_or_else(|| missing(name, expected, found))
    }

    /// The exported function of that name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownExport`] when nothing of that name is exported,
    /// [`Error::IncompatibleExport`] when it is no function, [`Error::WrongStore`] when the instance
    /// belongs to another store.
    pub fn get_func(&self, store: impl AsContext, name: &str) -> Result<Func, Error> {
        self.get(store, name, ExternKind::Func, Extern::into_func)
    }

    /// The exported function of that name and type.
    ///
    /// # Errors
    ///
    /// As for [`Instance::get_func`], and [`Error::IncompatibleFunc`] when it has another type.
    pub fn get_typed_func<Params: WasmParams, Results: WasmResults>(
        &self,
        store: impl AsContext,
        name: &str,
    ) -> Result<TypedFunc<Params, Results>, Error> {
        let func = self.get_func(&store, name)?;
        TypedFunc::new(func, store, Some(name))
    }

    /// The exported memory of that name.
    ///
    /// # Errors
    ///
    /// As for [`Instance::get_func`].
    pub fn get_memory(&self, store: impl AsContext, name: &str) -> Result<Memory, Error> {
        self.get(store, name, ExternKind::Memory, Extern::into_memory)
    }

    /// The exported global of that name.
    ///
    /// # Errors
    ///
    /// As for [`Instance::get_func`].
    pub fn get_global(&self, store: impl AsContext, name: &str) -> Result<Global, Error> {
        self.get(store, name, ExternKind::Global, Extern::into_global)
    }

    /// The exported table of that name.
    ///
    /// # Errors
    ///
    /// As for [`Instance::get_func`].
    pub fn get_table(&self, store: impl AsContext, name: &str) -> Result<Table, Error> {
        self.get(store, name, ExternKind::Table, Extern::into_table)
    }
}

/// The error of an export that is not there, or is something else.
#[cold]
fn missing(name: &str, expected: ExternKind, found: Option<ExternKind>) -> Error {
    let name = name.into();
    match found {
        None => Error::UnknownExport(name),
        Some(found) => Error::IncompatibleExport { name, expected, found },
    }
}
