//! The state of a running script: a store, and its instances by name.

use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::fmt;

use serde::{Deserialize, Serialize};
use vellum::{
    Config, Engine, Error, Extern, ExternType, Instance, Linker, Module, Platform, SharedMemory,
    Store, StoreGuard, StoreLimits, Val,
};
use vellum_prepare::{Options, prepare, prepare_to_vec};

use super::{Action, Argument, spectest};

/// How modules reach the interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// The runtime prepares them while it loads them.
    OnLoad,
    /// They are prepared ahead of time.
    Ahead,
    /// The runtime prepares them while it loads them, and runs them in slices of so much fuel.
    Slices(u64),
    /// The same on an engine without threads, whose guests can be stopped, in slices as short as can be.
    Interruptible,
    /// The shared memories of its modules are another engine's: each access takes a lock. Guests run
    /// in slices as short as can be.
    Locked,
    /// The same on an engine without threads, which has no slices.
    LockedAlone,
}

impl Way {
    /// Whether shared memories are another engine's.
    pub fn is_locked(self) -> bool {
        matches!(self, Self::Locked | Self::LockedAlone)
    }

    /// Fuel of the slices of an engine with threads.
    fn slice(self) -> Option<u64> {
        match self {
            Self::Slices(fuel) => Some(fuel),
            Self::Locked => Some(1),
            _ => None,
        }
    }
}

/// The module name under which a script imports the shared memories that it would define.
pub const LOCKED: &str = "locked";

/// Why a directive did not do what it should.
#[derive(Debug)]
pub(super) enum Fault {
    /// The runtime's error.
    Runtime(Error),
    /// Anything else: what the script asks for is not there.
    Script(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Runtime(error)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(error) => error.fmt(f),
            Self::Script(message) => write!(f, "script: {message}"),
        }
    }
}

/// Which of a module's memories are imported and shared.
fn shared(module: &[u8]) -> Vec<u32> {
    let memories =
        prepare(module, &Options::new()).map(|lowered| lowered.memories).unwrap_or_default();
    let shared = (0..).zip(memories).filter(|(_, memory)| memory.imported && memory.ty.is_shared());
    shared.map(|(index, _)| index).collect()
}

/// The state of a running script.
#[derive(Debug)]
pub struct Session {
    engine: Engine,
    /// The engine of shared memories on the path where they are another's.
    owner: Engine,
    store: Store<()>,
    way: Way,
    /// Exports by module name and name.
    registered: BTreeMap<String, BTreeMap<String, Extern>>,
    named: BTreeMap<String, Instance>,
    current: Option<Instance>,
    definitions: BTreeMap<String, Module>,
    definition: Option<Module>,
}

impl Session {
    /// A session on engines of this configuration; `platform` is for those with threads.
    ///
    /// # Errors
    ///
    /// Any error of the runtime.
    pub fn new(config: &Config, platform: &'static Platform, way: Way) -> Result<Self, Error> {
        let mut config = config.clone();
        if let Some(fuel) = way.slice() {
            config.threads(true).slice(fuel).platform(platform);
        }
        if way == Way::Interruptible {
            config.interruptible(true).slice(1);
        }
        let engine = Engine::new(&config)?;
        let mut store = Store::new(&engine, ());
        store.set_limits(StoreLimits {
            table_elements: 1 << 24,
            instances: 10_000,
            tables: 10_000,
            memories: 10_000,
            ..StoreLimits::default()
        });
        let spectest = spectest::exports(&engine, &mut store, way.slice().is_some())?;
        let owner = Engine::new(config.threads(true).platform(platform))?;
        Ok(Self {
            engine,
            owner,
            store,
            way,
            registered: BTreeMap::from([("spectest".to_owned(), spectest)]),
            named: BTreeMap::new(),
            current: None,
            definitions: BTreeMap::new(),
            definition: None,
        })
    }

    /// The store, locked where it has threads, so that values of the host can be borrowed.
    pub(super) fn lock(&mut self) -> Result<StoreGuard<'_, ()>, Error> {
        self.store.lock()
    }

    /// The engine of shared memories.
    pub(super) fn owner(&self) -> &Engine {
        if self.way.is_locked() { &self.owner } else { &self.engine }
    }

    pub(super) fn forget_current(&mut self) {
        self.current = None;
    }

    #[inline(never)]
    pub(super) fn load(&self, bytes: Vec<u8>) -> Result<Module, Fault> {
        let length = bytes.len();
        if self.way == Way::Ahead {
            return self.load_ahead(bytes);
        }
        let locked = if self.way == Way::Locked { shared(&bytes) } else { Vec::new() };
        match Module::with_locked(&self.engine, bytes, &locked) {
            Err(Error::InvalidModule { offset: Some(offset), .. }) if offset > length => {
                Err(Fault::Script(format!("byte {offset} of a module of {length}")))
            }
            loaded => Ok(loaded?),
        }
    }

    #[inline(never)]
    fn load_ahead(&self, bytes: Vec<u8>) -> Result<Module, Fault> {
        match prepare_to_vec(&bytes, &Options::new().lock_shared(true)) {
            Ok(prepared) => Ok(Module::new(&self.engine, prepared)?),
            Err(error) => {
                // What can't be prepared can't be loaded, for the same reason, behind which a remedy may stand.
                let loaded = Module::new(&self.engine, bytes).map(drop);
                let same = format!("invalid module: {error}");
                Err(match loaded {
                    Err(loaded) if loaded.to_string().starts_with(&same) => loaded.into(),
                    other => Fault::Script(format!("prepare: {error}, load: {other:?}")),
                })
            }
        }
    }

    pub(super) fn define(&mut self, name: Option<String>, module: Module) {
        if let Some(name) = name {
            self.definitions.insert(name, module.clone());
        }
        self.definition = Some(module);
    }

    #[inline(never)]
    pub(super) fn definition(&self, name: Option<String>) -> Result<Module, Fault> {
        let found = match name {
            Some(name) => self.definitions.get(&name),
            None => self.definition.as_ref(),
        };
        found.cloned().ok_or_else(|| Fault::Script("no such module definition".into()))
    }

    /// Instantiates a module with what is registered, and makes it the current instance.
    #[inline(never)]
    pub(super) fn instantiate(
        &mut self,
        name: Option<String>,
        module: &Module,
    ) -> Result<(), Fault> {
        let mut linker = Linker::new(&self.engine);
        for import in module.imports() {
            let (from, name) = (import.module(), import.name());
            if let (LOCKED, ExternType::Memory(ty)) = (from, import.ty()) {
                let memory = SharedMemory::new(self.owner(), *ty)?;
                linker.define(from, name, memory.as_memory(&mut self.store)?)?;
            }
            let registered = self.registered.get(from).and_then(|exports| exports.get(name));
            let known = linker.get(&mut self.store, from, name).is_ok_and(|known| known.is_some());
            if let (Some(value), false) = (registered, known) {
                linker.define(from, name, value.clone())?;
            }
        }
        let instance = linker.instantiate(&mut self.store, module)?;
        self.current = Some(instance);
        if let Some(name) = name {
            self.named.insert(name, instance);
        }
        Ok(())
    }

    pub(super) fn instance(&self, name: Option<&str>) -> Result<Instance, Fault> {
        let found = match name {
            Some(name) => self.named.get(name).copied(),
            None => self.current,
        };
        found.ok_or_else(|| Fault::Script("no such instance".into()))
    }

    #[inline(never)]
    pub(super) fn register(&mut self, name: String, instance: Instance) -> Result<(), Fault> {
        let exports = instance.exports(&self.store)?;
        let exports =
            exports.into_iter().map(|export| (export.name().to_owned(), export.into_extern()));
        self.registered.insert(name, exports.collect());
        Ok(())
    }

    /// Carries out an action and gives its results.
    #[inline(never)]
    pub(super) fn act(&mut self, action: Action) -> Result<Vec<Val>, Fault> {
        match action {
            Action::Invoke { instance, name, arguments } => {
                self.invoke(instance.as_deref(), &name, &arguments)
            }
            Action::Instantiate(module) => {
                let module = self.load(module)?;
                self.instantiate(None, &module)?;
                Ok(Vec::new())
            }
            Action::Get { instance, name } => {
                let instance = self.instance(instance.as_deref())?;
                Ok(vec![instance.get_global(&self.store, &name)?.get(&self.store)?])
            }
        }
    }

    #[inline(never)]
    fn invoke(
        &mut self,
        instance: Option<&str>,
        name: &str,
        arguments: &[Argument],
    ) -> Result<Vec<Val>, Fault> {
        let func = self.instance(instance)?.get_func(&self.store, name)?;
        let mut values = Vec::new();
        for argument in arguments {
            values.push(argument.value(&mut self.store)?);
        }
        let ty = func.ty(&self.store)?;
        let mut results: Vec<Val> =
            ty.results().iter().map(|ty| Val::default_for_ty(*ty)).collect();
        func.call(&mut self.store, &values, &mut results)?;
        Ok(results)
    }
}
