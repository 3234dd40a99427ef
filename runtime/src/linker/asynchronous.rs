//! Host functions that return later, and instantiation as a future.

use super::{Item, Linker};
use crate::error::Error;
use crate::func::{
    asynchronous::{self, Later},
    caller::Caller,
    host::WasmRet,
    numbers::WasmParams,
};
use crate::instance::Instance;
use crate::module::Module;
use crate::store::as_context::AsContextMut;
use crate::types::func::FuncType;
use crate::values::Val;
use alloc::vec::Vec;

impl<T: Send + 'static> Linker<T> {
    /// Defines a host function of a closure that gives a future: its guest is suspended until the
    /// future has the results, and other guests of the engine go on meanwhile.
    ///
    /// On an engine without threads guests that call it are called by
    /// [`call_async`](crate::TypedFunc::call_async): one that blocks ends with [`Error::Suspended`]. See
    /// [`Func::wrap_async`](crate::Func::wrap_async).
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateDefinition`] when the name is defined.
    ///
    /// ```
    /// # #[cfg(feature = "threads")] {
    /// use vellum::{Caller, Config, Engine, Error, Linker, Module, Store};
    ///
    /// /// Two samples of a converter that takes its time.
    /// async fn sample(channel: i32) -> Result<(i32, i32), Error> {
    ///     Ok((10 * channel, 10 * channel + 1))
    /// }
    ///
    /// # fn main() -> Result<(), Error> {
    /// let engine = Engine::new(Config::new().threads(true))?;
    /// let mut linker = Linker::new(&engine);
    /// linker.func_wrap_async("adc", "sample", |_: Caller<'_, ()>, (channel,): (i32,)| {
    ///     Box::new(sample(channel))
    /// })?;
    /// let module = Module::new(&engine, wat::parse_str(
    ///     r#"(module (import "adc" "sample" (func $sample (param i32) (result i32 i32)))
    ///         (func (export "sum") (result i32) (i32.add (call $sample (i32.const 2)))))"#,
    /// ).expect("the text is valid"))?;
    ///
    /// let mut store = Store::new(&engine, ());
    /// let instance = linker.instantiate(&mut store, &module)?;
    /// let sum = instance.get_typed_func::<(), i32>(&store, "sum")?;
    /// assert_eq!(sum.call(&mut store, ())?, 41);
    /// # Ok(())
    /// # }
    /// # main().unwrap() }
    /// ```
    pub fn func_wrap_async<Params: WasmParams, R: WasmRet + 'static>(
        &mut self,
        module: &str,
        name: &str,
        func: impl Fn(Caller<'_, T>, Params) -> Later<R> + Send + Sync + 'static,
    ) -> Result<&mut Self, Error> {
        self.insert(module, name, Item::Host(asynchronous::typed(func)))
    }

    /// As [`Linker::func_wrap_async`], of a type known at run time: see
    /// [`Func::new_async`](crate::Func::new_async).
    ///
    /// # Errors
    ///
    /// As for [`Linker::func_new`].
    pub fn func_new_async(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val]) -> Later<Result<Vec<Val>, Error>> + Send + Sync + 'static,
    ) -> Result<&mut Self, Error> {
        self.insert(module, name, Item::Host(asynchronous::untyped(ty, func)?))
    }

    /// As [`Linker::instantiate`], as a future that gives way to other tasks while the start function
    /// runs, as [`Func::call_async`](crate::Func::call_async) does.
    ///
    /// # Errors
    ///
    /// As for [`Linker::instantiate`].
    pub async fn instantiate_async(
        &self,
        mut store: impl AsContextMut<Data = T>,
        module: &Module,
    ) -> Result<Instance, Error> {
        let mut context = store.as_context_mut();
        let imports = self.imports(&mut context, module)?;
        Instance::new_async(context, module, &imports).await
    }
}
