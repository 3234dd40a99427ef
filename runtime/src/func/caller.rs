//! What a host function sees of the guest that called it.

use crate::engine::Engine;
use crate::error::Error;
use crate::instance::spawn;
use crate::memory::Memory;
use crate::store::{
    as_context::{AsContext, AsContextMut},
    context::{StoreContext, StoreContextMut},
};
use crate::values::externs::Extern;
use crate::world::{InstanceEntry, World, fuel};
use alloc::boxed::Box;
use core::marker::PhantomData;
use wasmi::{AsContext as _, AsContextMut as _};

/// The store as a host function may use it, and the exports of the instance that called.
///
/// ```
/// use vellum::{Caller, Config, Engine, Error, Linker, Memory, MemoryAccess, Module, PAGE_SIZE};
/// use vellum::{PagePool, Store};
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module
///         (import "host" "print" (func $print (param i32 i32)))
///         (memory (export "memory") 1 1)
///         (data (i32.const 8) "hello")
///         (func (export "run") (call $print (i32.const 8) (i32.const 5))))"#,
/// ).expect("the text is valid"))?;
///
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("host", "print", |mut caller: Caller<'_, String>, at: u32, len: u32| {
///     let memory = caller.get_export("memory").and_then(|export| export.into_memory());
///     let memory = memory.ok_or(Error::Exit(1))?;
///     let mut bytes = vec![0; len as usize];
///     memory.read(&caller, at as usize, &mut bytes)?;
///     caller.data_mut().push_str(&String::from_utf8_lossy(&bytes));
///     Ok::<(), Error>(())
/// })?;
/// let mut store = Store::new(&engine, String::new());
/// let instance = linker.instantiate(&mut store, &module)?;
/// instance.get_typed_func::<(), ()>(&mut store, "run")?.call(&mut store, ())?;
/// assert_eq!(store.data(), "hello");
/// # Ok::<(), vellum::Error>(())
/// ```
pub struct Caller<'a, T: 'static> {
    pub(super) inner: wasmi::Caller<'a, World>,
    data: PhantomData<&'a mut T>,
}

impl<'a, T: Send + 'static> Caller<'a, T> {
    pub(crate) fn new(inner: wasmi::Caller<'a, World>) -> Self {
        Self { inner, data: PhantomData }
    }

    /// The calling instance's export of that name, if there is one.
    ///
    /// Always `None` in a host function that the embedder calls itself.
    pub fn get_export(&mut self, name: &str) -> Option<Extern> {
        self.engine().place().check().ok()?;
        let export = self.inner.get_export(name)?;
        let world = self.inner.data();
        let id = world.session.id;
        // Such names have a colon or a dot, and few others do.
        let is_hidden = |entry: &InstanceEntry| entry.owner == id && entry.module.hides(name);
        if name.contains([':', '.']) && world.instances.iter().any(is_hidden) {
            return None;
        }
        Some(Extern::from_wasmi(self.inner.as_context(), id, export))
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.inner.data().session.user()
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        self.inner.data_mut().session.user_mut()
    }

    /// The memory of the guest: the one that it exports as `memory` or, if a program with threads
    /// exports none, the one that it imports.
    pub fn memory(&mut self) -> Option<Memory> {
        if let Some(memory) = self.get_export("memory").and_then(Extern::into_memory) {
            return Some(memory);
        }
        self.engine().place().check().ok()?;
        let store = self.inner.as_context();
        let world = store.data();
        let imports = &world.instances.get(spawn::program(world)?)?.imports;
        let memory = imports.iter().find(|import| matches!(import, wasmi::Extern::Memory(_)))?;
        Extern::from_wasmi(store, world.session.id, *memory).into_memory()
    }

    /// Takes fuel from the guest for work that is done for it.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfFuel`] when it has less.
    pub fn consume_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        fuel::charge(&mut self.inner.as_context_mut(), fuel)
    }

    /// Ends the [slice](crate::Config::slice) of the guest, which gives way to others when it goes on. On
    /// an engine without threads there are no slices.
    pub fn end_slice(&mut self) {
        if self.engine().has_threads() {
            fuel::unload(&mut self.inner.as_context_mut());
        }
    }

    /// Starts a thread of the calling program, as the wasi-threads convention has it, and gives its
    /// identifier: the thread runs `wasi_thread_start(identifier, argument)` of another instance of
    /// the same module with the same imports, in turns with its caller.
    ///
    /// The threads of a store are driven by the call in which they were started, and use up the fuel of
    /// the store. When the call returns they end; when one of them traps, it ends with that error. Host
    /// functions called by the thread see `data` as their embedder's data, and the store's handles as
    /// their own. The program is the store's first instance that exports `wasi_thread_start`, unless its
    /// start function failed.
    ///
    /// An instance whose thread has returned serves another one, with the globals it has by then. That
    /// of a thread which still runs when its call ends serves none, and stays one of the store's
    /// [`instances`](crate::StoreLimits::instances): a program waits for its threads before it returns.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine has no threads, [`Error::LimitExceeded`] when there are
    /// [as many](crate::Config::max_threads) as may be or the engine has no
    /// [call](crate::Config::concurrent_calls) left, [`Error::UnknownExport`] when the program can't
    /// be told, and as for [`Instance::new`](crate::Instance::new).
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn spawn(&mut self, data: T, argument: i32) -> Result<i32, Error> {
        let threads = self.engine().config().require_threads()?;
        spawn::start(threads, &mut self.inner.as_context_mut(), Box::new(data), argument)
    }

    /// The engine that the store belongs to.
    pub fn engine(&self) -> &Engine {
        &self.inner.data().engine
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn get_fuel(&self) -> Result<u64, Error> {
        self.as_context().get_fuel()
    }

    /// Sets the fuel that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine does not count fuel.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.as_context_mut().set_fuel(fuel)
    }
}

impl<T: Send + 'static> AsContext for Caller<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext::direct(self.inner.as_context())
    }
}

impl<T: Send + 'static> AsContextMut for Caller<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut::direct(self.inner.as_context_mut())
    }
}
