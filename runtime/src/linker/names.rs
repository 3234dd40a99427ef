//! Other names for what is defined, and all that is.

use super::{Definition, Linker};
use crate::error::Error;
use crate::module::types::ImportType;
use crate::store::as_context::AsContextMut;
use crate::values::externs::Extern;
use alloc::{string::String, vec::Vec};

impl<T: Send + 'static> Linker<T> {
    /// Defines under another name what is defined under `module` and `name`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownImport`] when nothing is, [`Error::DuplicateDefinition`] when the other name is
    /// defined.
    pub fn alias(
        &mut self,
        module: &str,
        name: &str,
        as_module: &str,
        as_name: &str,
    ) -> Result<&mut Self, Error> {
        let item = self.find(module, name).cloned();
        let unknown = || Error::UnknownImport { module: module.into(), name: name.into() };
        self.insert(as_module, as_name, item.ok_or_else(unknown)?)
    }

    /// Defines under another module name all that is defined under `module`.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateDefinition`] when one of the names is defined; those before it are then
    /// defined.
    ///
    /// ```
    /// use vellum::{Config, Engine, Linker, Store};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(&Config::new())?;
    /// let mut linker = Linker::new(&engine);
    /// linker.func_wrap("env", "log", |_: i32| {})?;
    /// linker.alias_module("env", "host")?;
    ///
    /// let mut store = Store::new(&engine, ());
    /// let names: Vec<_> =
    ///     linker.iter(&mut store)?.map(|(module, name, _)| (module, name)).collect();
    /// assert_eq!(names, [("env", "log"), ("host", "log")]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn alias_module(&mut self, module: &str, as_module: &str) -> Result<&mut Self, Error> {
        let same = |known: &&Definition| &*known.module == module;
        let names = self.definitions.iter().filter(same).map(|known| String::from(&*known.name));
        let names: Vec<_> = names.collect();
        for name in names {
            self.alias(module, &name, as_module, &name)?;
        }
        Ok(self)
    }

    /// All definitions, in the order in which their names were defined: the module name, the name, and
    /// the extern of `store`. Host functions are made anew.
    ///
    /// # Errors
    ///
    /// As for [`Linker::get`].
    pub fn iter(
        &self,
        mut store: impl AsContextMut<Data = T>,
    ) -> Result<impl ExactSizeIterator<Item = (&str, &str, Extern)>, Error> {
        let definitions = store.as_context_mut().change(|store| {
            let all = self.definitions.iter();
            let made = all.map(|Definition { module, name, item }| {
                Ok((&**module, &**name, item.make(store)?))
            });
            made.collect::<Result<Vec<_>, Error>>()
        })?;
        Ok(definitions?.into_iter())
    }

    /// What is defined for an import of a module: see [`Linker::get`].
    ///
    /// # Errors
    ///
    /// As for [`Linker::get`].
    pub fn get_by_import(
        &self,
        store: impl AsContextMut<Data = T>,
        import: &ImportType<'_>,
    ) -> Result<Option<Extern>, Error> {
        self.get(store, import.module(), import.name())
    }
}
