//! Guests without an end.

use alloc::boxed::Box;
use core::future::pending;

use vellum::{
    AsContextMut, Caller, Config, Engine, Error, Instance, InterruptHandle, Linker, Module,
    PagePool, Store, TypedFunc,
};

static STOPPED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/stopped.wasm"));
static STARTING: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/starting.wasm"));

/// A guest without an end.
pub(super) struct Guest {
    pub(super) store: Store<()>,
    pub(super) instance: Instance,
}

pub(super) fn config(
    pages: &'static PagePool,
    machine: &'static vellum::Platform,
    slice: u64,
) -> Config {
    let mut config = Config::new();
    config.page_pool(pages).platform(machine).interruptible(true).slice(slice);
    config
}

impl Guest {
    /// On the heap, out of the way of the small native stack.
    #[inline(never)]
    pub(super) fn new(engine: &Engine) -> Result<Box<Self>, Error> {
        let mut store = Store::new(engine, ());
        let mut linker = Linker::new(engine);
        let sleep = |mut caller: Caller<'_, ()>| Err::<(), _>(caller.sleep(pending::<()>()));
        linker.func_wrap("host", "sleep", sleep)?;
        linker.func_wrap("host", "nop", || ())?;
        linker.func_wrap_async("host", "never", |_: Caller<'_, ()>, ()| {
            Box::new(pending::<()>()) as Box<dyn Future<Output = ()> + Send>
        })?;
        let instance = linker.instantiate(&mut store, &Module::new(engine, STOPPED)?)?;
        Ok(Box::new(Self { store, instance }))
    }

    pub(super) fn handle(&mut self) -> Result<InterruptHandle, Error> {
        self.store.interrupt_handle()
    }

    pub(super) fn function(&mut self, name: &str) -> Result<TypedFunc<(), ()>, Error> {
        self.instance.get_typed_func(self.store.as_context_mut(), name)
    }

    /// How far the guest has counted.
    pub(super) fn counted(&self) -> Result<u32, Error> {
        self.instance.get_memory(&self.store, "memory")?.read_value(&self.store, 0)
    }
}

/// A module whose start function has no end.
pub(super) fn starting(engine: &Engine) -> Result<Module, Error> {
    Module::new(engine, STARTING)
}
