//! Instances: modules that were given what they import and have their own state.

#[cfg(feature = "backtrace")]
mod debug;
pub(crate) mod export;
mod instantiate;
mod layout;
pub(crate) mod make;
mod parts;
mod shared;
pub(crate) mod spawn;
mod table_snapshot;

use crate::error::Error;
use crate::func::{
    Func,
    numbers::{WasmParams, WasmResults},
    typed::TypedFunc,
};
use crate::memory::Memory;
use crate::module::Module;
use crate::store::as_context::{AsContext, AsContextMut};
use crate::types::ExternKind;
use crate::values::{externs::Extern, global::Global, table::Table};
use crate::world::{InstanceEntry, World, session::StoreId};
use alloc::vec::Vec;
use core::fmt;
use export::Export;
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

    /// As [`Instance::new`], as a future that gives way to other tasks while the start function runs, as
    /// [`Func::call_async`](crate::Func::call_async) does.
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
