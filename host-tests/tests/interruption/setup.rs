//! Engines whose guests can be stopped, and guests that interrupt themselves.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, Ordering},
};
use vellum::{
    Caller, Config, Engine, Error, Instance, InterruptHandle, Linker, Module, Nanoseconds,
    PAGE_SIZE, PagePool, Platform, Store,
};

static PAGES: PagePool<[u8; 6000 * PAGE_SIZE]> = PagePool::new();

/// A machine whose clock advances by a nanosecond at each look.
pub(crate) static TICKING: Platform = Platform::ONE_CORE.with_clock(|| {
    static NOW: AtomicU64 = AtomicU64::new(0);
    Nanoseconds(NOW.fetch_add(1, Ordering::Relaxed))
});

pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config.page_pool(&PAGES).interruptible(true).concurrent_calls(8).platform(&TICKING);
    config
}

pub(crate) fn engine() -> Engine {
    Engine::new(&config()).expect("the configuration is good")
}

/// What a guest's host function `interrupt` does, like an interrupt handler that comes then.
#[derive(Clone, Default)]
pub(crate) struct Handler(Arc<OnceLock<InterruptHandle>>);

impl Handler {
    pub(crate) fn interrupt(&self) {
        if let Some(handle) = self.0.get() {
            handle.interrupt();
        }
    }
}

/// A store, and a linker with `host.interrupt`, which interrupts it.
pub(crate) fn store(engine: &Engine) -> (Store<Handler>, Linker<Handler>) {
    let mut store = Store::new(engine, Handler::default());
    let handle = store.interrupt_handle().expect("the engine is interruptible");
    assert!(store.data().0.set(handle).is_ok());
    let mut linker = Linker::new(engine);
    let interrupt = |caller: Caller<'_, Handler>| caller.data().interrupt();
    linker.func_wrap("host", "interrupt", interrupt).expect("the name is free");
    (store, linker)
}

pub(crate) fn module(engine: &Engine, text: &str) -> Module {
    let bytes = wat::parse_str(text).expect("the text is good");
    Module::new(engine, bytes).expect("the module is good")
}

/// An instance of a text that may import `host.interrupt`.
pub(crate) fn guest(engine: &Engine, text: &str) -> (Store<Handler>, Instance) {
    let (mut store, linker) = store(engine);
    let instance = linker.instantiate(&mut store, &module(engine, text));
    (store, instance.expect("its start function returns"))
}

pub(crate) fn call(
    store: &mut Store<Handler>,
    instance: &Instance,
    name: &str,
) -> Result<(), Error> {
    instance.get_typed_func::<(), ()>(&mut *store, name)?.call(store, ())
}

/// Checks that a call was interrupted, and lets the store go on.
pub(crate) fn interrupted<R: std::fmt::Debug>(store: &mut Store<Handler>, call: Result<R, Error>) {
    assert!(matches!(call, Err(Error::Interrupted)), "{call:?}");
    store.clear_interrupt().expect("the engine is interruptible");
}
