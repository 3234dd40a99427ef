//! Engines with threads, and guests for them.

use vellum::{
    Config, Engine, Error, Instance, Linker, Module, PAGE_SIZE, PagePool, Platform, SharedMemory,
    Store,
};

/// The platform of threads of an operating system.
pub(crate) static THREADS: Platform = Platform::STD;

/// The pages of all tests of this program, a few each.
static PAGES: PagePool<[u8; 256 * PAGE_SIZE]> = PagePool::new();

pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config.page_pool(&PAGES).threads(true).platform(&THREADS).concurrent_calls(16);
    config.max_value_stack(64 * 1024);
    config
}

pub(crate) fn engine(slice: u64) -> Engine {
    Engine::new(config().slice(slice)).expect("the configuration is good")
}

pub(crate) fn memory(engine: &Engine) -> SharedMemory {
    let ty = vellum::MemoryType::shared(1, 2);
    SharedMemory::new(engine, ty).expect("there are pages")
}

/// Instantiates a text that may import `env.memory`.
pub(crate) fn guest<T: Send + 'static>(
    store: &mut Store<T>,
    memory: &SharedMemory,
    text: &str,
) -> Result<Instance, Error> {
    built_guest(store, memory, &wat::parse_str(text).expect("the text is good"))
}

/// Instantiates a module that may import `env.memory`.
pub(crate) fn built_guest<T: Send + 'static>(
    store: &mut Store<T>,
    memory: &SharedMemory,
    module: &[u8],
) -> Result<Instance, Error> {
    let engine = store.engine().clone();
    let module = Module::new(&engine, module.to_vec())?;
    let mut linker = Linker::new(&engine);
    linker.define("env", "memory", memory.as_memory(&mut *store)?)?;
    linker.instantiate(store, &module)
}
