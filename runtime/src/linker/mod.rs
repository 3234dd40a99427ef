//! Linking by name.

mod asynchronous;
mod names;
mod traps;

use crate::engine::{Engine, heap::fits};
use crate::error::Error;
use crate::func::{
    caller::Caller,
    host::{self, HostFunc, IntoFunc},
};
use crate::instance::Instance;
use crate::module::Module;
use crate::store::{as_context::AsContextMut, context::StoreContextMut};
use crate::types::func::FuncType;
use crate::values::{Val, externs::Extern};
use crate::world::{World, entries::push};
use alloc::{boxed::Box, vec::Vec};
use core::marker::PhantomData;

#[derive(Clone)]
struct Definition {
    module: Box<str>,
    name: Box<str>,
    item: Item,
}

#[derive(Clone)]
enum Item {
    Extern(Extern),
    Host(HostFunc),
}

impl Item {
    /// The item as an extern of a store.
    fn make(&self, store: &mut wasmi::StoreContextMut<'_, World>) -> Result<Extern, Error> {
        Ok(match self {
            Self::Extern(value) => value.clone(),
            Self::Host(func) => func.make(store)?.into(),
        })
    }
}

/// Finds by name what modules import.
///
/// Host functions defined here serve any number of stores; externs only their own.
///
/// ```
/// use vellum::{Config, Engine, Linker, Module, Store};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(&Config::new())?;
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("env", "double", |n: i32| 2 * n)?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module (import "env" "double" (func $double (param i32) (result i32)))
///         (func (export "run") (result i32) (call $double (i32.const 21))))"#,
/// ).expect("the text is valid"))?;
///
/// let mut store = Store::new(&engine, ());
/// let instance = linker.instantiate(&mut store, &module)?;
/// let run = instance.get_typed_func::<(), i32>(&store, "run")?;
/// assert_eq!(run.call(&mut store, ())?, 42);
/// # Ok(())
/// # }
/// ```
pub struct Linker<T> {
    engine: Engine,
    definitions: Vec<Definition>,
    allow_shadowing: bool,
    data: PhantomData<fn(T)>,
}

impl<T: Send + 'static> Linker<T> {
    /// Makes an empty linker.
    pub fn new(engine: &Engine) -> Self {
        let (engine, definitions) = (engine.clone(), Vec::new());
        Self { engine, definitions, allow_shadowing: false, data: PhantomData }
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
        let same = |known: &&mut Definition| &*known.name == name && &*known.module == module;
        let known = self.definitions.iter_mut().find(same);
        let (module, name) = (module.into(), name.into());
        match known {
            None => push(&mut self.definitions, Definition { module, name, item }),
            Some(known) if self.allow_shadowing => known.item = item,
            Some(_) => return Err(Error::DuplicateDefinition { module, name }),
        }
        Ok(self)
    }

    /// Whether a name may be defined again, the last definition being the one that counts. Not so at
    /// first.
    ///
    /// ```
    /// use vellum::{Config, Engine, Linker};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let mut linker = Linker::<()>::new(&Engine::new(&Config::new())?);
    /// linker.func_wrap("env", "log", || {})?;
    /// assert!(linker.func_wrap("env", "log", |_: i32| {}).is_err());
    /// linker.allow_shadowing(true).func_wrap("env", "log", |_: i32| {})?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_shadowing(&mut self, allow: bool) -> &mut Self {
        self.allow_shadowing = allow;
        self
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

    /// Defines a host function of a type known at run time, whose calls allocate: see [`Func::new`](crate::Func::new).
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

    /// Whether something is defined under the name.
    ///
    /// ```
    /// use vellum::{Config, Engine, Linker};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let mut linker = Linker::<()>::new(&Engine::new(&Config::new())?);
    /// linker.func_wrap("env", "log", || {})?;
    /// assert!(linker.contains("env", "log"));
    /// assert!(!linker.contains("env", "beep"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn contains(&self, module: &str, name: &str) -> bool {
        self.find(module, name).is_some()
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
        store.as_context_mut().change(|store| self.resolve(store, module, name).transpose())?
    }

    fn resolve(
        &self,
        store: &mut wasmi::StoreContextMut<'_, World>,
        module: &str,
        name: &str,
    ) -> Resolved {
        Some(self.find(module, name)?.make(store))
    }

    fn check_engine(&self, module: &Module) -> Result<(), Error> {
        if Engine::same(&self.engine, module.engine()) { Ok(()) } else { Err(Error::WrongEngine) }
    }

    /// What the linker has for the imports of `module`, in order.
    fn imports(
        &self,
        context: &mut StoreContextMut<'_, T>,
        module: &Module,
    ) -> Result<Vec<Extern>, Error> {
        self.check_engine(module)?;
        fits(self.engine.config(), module.imports_heap())?;
        context
            .change(|store| resolved(module, &mut |from, name| self.resolve(store, from, name)))?
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
        let imports = self.imports(&mut context, module)?;
        Instance::new(context, module, &imports)
    }
}

/// What is defined for an import, made for a store, if there is something.
type Resolved = Option<Result<Extern, Error>>;

/// What `resolve` gives for the imports of `module`, in order. The same code for every type of data.
fn resolved(
    module: &Module,
    resolve: &mut dyn FnMut(&str, &str) -> Resolved,
) -> Result<Vec<Extern>, Error> {
    let resolved = module.imports().map(|import| {
        let (module, name) = (import.module(), import.name());
        let unknown = || Error::UnknownImport { module: module.into(), name: name.into() };
        resolve(module, name).ok_or_else(unknown)?
    });
    resolved.collect()
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        let Self { engine, definitions, allow_shadowing, data } = self;
        let (engine, definitions) = (engine.clone(), definitions.clone());
        Self { engine, definitions, allow_shadowing: *allow_shadowing, data: *data }
    }
}

impl<T> core::fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let definitions = self.definitions.len();
        f.debug_struct("Linker").field("definitions", &definitions).finish_non_exhaustive()
    }
}
