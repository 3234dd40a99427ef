//! Linking by name.

use crate::engine::Engine;
use crate::error::Error;
use crate::func::{
    Func,
    caller::Caller,
    host::{self, HostFunc, IntoFunc},
};
use crate::instance::Instance;
use crate::module::Module;
use crate::store::as_context::AsContextMut;
use crate::types::func::FuncType;
use crate::values::{Val, externs::Extern};
use crate::world::{World, session::StoreId};
use alloc::{boxed::Box, vec::Vec};
use core::marker::PhantomData;

struct Definition {
    module: Box<str>,
    name: Box<str>,
    item: Item,
}

enum Item {
    Extern(Extern),
    Host(HostFunc),
}

/// Finds by name what modules import.
///
/// Host functions defined here serve any number of stores; externs only their own.
pub struct Linker<T> {
    engine: Engine,
    definitions: Vec<Definition>,
    data: PhantomData<fn(T)>,
}

impl<T: Send + 'static> Linker<T> {
    /// Makes an empty linker.
    pub fn new(engine: &Engine) -> Self {
        Self { engine: engine.clone(), definitions: Vec::new(), data: PhantomData }
    }

    /// The engine that the linker belongs to.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    fn find(&self, module: &str, name: &str) -> Option<&Item> {
        let same = |known: &&Definition| &*known.name == name && &*known.module == module;
        self.definitions.iter().find(same).map(|definition| &definition.item)
    }

    fn insert(&mut self, module: &str, name: &str, item: Item) -> Result<&mut Self, Error> {
        let known = self.find(module, name).is_some();
        let (module, name) = (module.into(), name.into());
        if known {
            return Err(Error::DuplicateDefinition { module, name });
        }
        self.definitions.push(Definition { module, name, item });
        Ok(self)
    }

    /// Defines an extern of a store.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateDefinition`] when the name is defined.
    pub fn define(
        &mut self,
        module: &str,
        name: &str,
        value: impl Into<Extern>,
    ) -> Result<&mut Self, Error> {
        self.insert(module, name, Item::Extern(value.into()))
    }

    /// Defines a host function of a closure.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateDefinition`] when the name is defined.
    pub fn func_wrap<Params, Results>(
        &mut self,
        module: &str,
        name: &str,
        func: impl IntoFunc<T, Params, Results>,
    ) -> Result<&mut Self, Error> {
        self.insert(module, name, Item::Host(func.into_host_func()))
    }

    /// Defines a host function of a type known at run time, whose calls allocate: see [`Func::new`].
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateDefinition`] when the name is defined, [`Error::WrongArguments`] when the
    /// type has more than 1,000 parameters or results.
    pub fn func_new(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Result<&mut Self, Error> {
        self.insert(module, name, Item::Host(host::untyped(ty, func)?))
    }

    /// Defines all exports of an instance under the module name `module`.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateDefinition`] when a name is defined; the exports before it are then
    /// defined. [`Error::WrongStore`] when the instance belongs to another store.
    pub fn instance(
        &mut self,
        mut store: impl AsContextMut<Data = T>,
        module: &str,
        instance: Instance,
    ) -> Result<&mut Self, Error> {
        for export in instance.exports(store.as_context_mut())? {
            let name = Box::<str>::from(export.name());
            self.define(module, &name, export.into_extern())?;
        }
        Ok(self)
    }

    /// What is defined under the name, as an extern of `store`. Host functions are made anew.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] in a host function of a guest of the same engine with threads.
    pub fn get(
        &self,
        mut store: impl AsContextMut<Data = T>,
        module: &str,
        name: &str,
    ) -> Result<Option<Extern>, Error> {
        store.as_context_mut().change(|store| self.resolve(store, module, name))
    }

    fn resolve(
        &self,
        store: &mut wasmi::StoreContextMut<'_, World>,
        module: &str,
        name: &str,
    ) -> Option<Extern> {
        match self.find(module, name)? {
            Item::Extern(value) => Some(*value),
            Item::Host(func) => {
                let id: StoreId = store.data().session.id;
                Some(Func { store: id, inner: func.make(store) }.into())
            }
        }
    }

    /// Instantiates `module` with the definitions of this linker, and runs its start function.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownImport`] when nothing is defined under an import's name, and as for
    /// [`Instance::new`].
    pub fn instantiate(
        &self,
        mut store: impl AsContextMut<Data = T>,
        module: &Module,
    ) -> Result<Instance, Error> {
        let mut context = store.as_context_mut();
        if !Engine::same(&self.engine, module.engine()) {
            return Err(Error::WrongEngine);
        }
        let externs = context.change(|store| {
            let resolved = module.imports().map(|import| {
                let (from, name) = (import.module(), import.name());
                let value = self.resolve(store, from, name);
                value.ok_or_else(|| Error::UnknownImport { module: from.into(), name: name.into() })
            });
            resolved.collect::<Result<Vec<_>, _>>()
        })??;
        Instance::new(context, module, &externs)
    }
}

impl<T> core::fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let definitions = self.definitions.len();
        f.debug_struct("Linker").field("definitions", &definitions).finish_non_exhaustive()
    }
}
