//! Engines, modules and instances in one line each.

use vellum::{Config, Engine, Error, Instance, Linker, Module, PagePool, Store};

/// An engine on the pages of `pool`.
///
/// # Panics
///
/// If there is no room for its stacks.
pub fn engine(pool: &'static PagePool) -> Engine {
    engine_with(pool, |_| {})
}

/// An engine on the pages of `pool`, configured further by `configure`.
///
/// # Panics
///
/// If the configuration is not valid.
pub fn engine_with(pool: &'static PagePool, configure: impl FnOnce(&mut Config)) -> Engine {
    let mut config = Config::new();
    config.page_pool(pool);
    configure(&mut config);
    Engine::new(&config).expect("the configuration is valid")
}

/// Loads a module of text.
///
/// # Errors
///
/// As [`Module::new`].
///
/// # Panics
///
/// If it is not the text of a module.
pub fn load(engine: &Engine, text: &str) -> Result<Module, Error> {
    Module::new(engine, wat::parse_str(text).expect("the text is a module"))
}

/// Loads a module of text that imports nothing, and instantiates it.
///
/// # Errors
///
/// As [`Module::new`] and [`Linker::instantiate`].
///
/// # Panics
///
/// If it is not the text of a module.
pub fn instance<T: Send + 'static>(store: &mut Store<T>, text: &str) -> Result<Instance, Error> {
    let engine = store.engine().clone();
    let module = load(&engine, text)?;
    Linker::new(&engine).instantiate(store, &module)
}
