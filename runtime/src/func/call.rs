//! Making functions, and calling them.

use super::{
    Func,
    caller::Caller,
    host::{self, IntoFunc},
    numbers::{WasmParams, WasmResults},
    typed::TypedFunc,
};
use crate::error::Error;
use crate::schedule::run::{run, run_async};
use crate::store::as_context::{AsContext, AsContextMut};
use crate::types::{func::FuncType, value::ValType};
use crate::values::{Val, buffer::Values};

impl Func {
    /// Makes a host function of a type known at run time.
    ///
    /// `func` gets the arguments and must fill in the results, all of the type declared. Each call
    /// allocates room for both, which one made by [`Func::wrap`] does not.
    ///
    /// # Errors
    ///
    /// [`Error::WrongArguments`] when the type has more than 1,000 parameters or results.
    pub fn new<C: AsContextMut>(
        mut store: C,
        ty: FuncType,
        func: impl Fn(Caller<'_, C::Data>, &[Val], &mut [Val]) -> Result<(), Error>
        + Send
        + Sync
        + 'static,
    ) -> Result<Self, Error> {
        let func = host::untyped(ty, func)?;
        store.as_context_mut().change(|store| func.make(store))?
    }

    /// Makes a host function of a closure.
    ///
    /// It returns an [`Error`] for what goes wrong. The interpreter can't be unwound: a panic in a host
    /// function that a guest has called aborts the program.
    ///
    /// # Errors
    ///
    /// [`Error::WouldDeadlock`] in a host function of a guest of the same engine with threads.
    pub fn wrap<C: AsContextMut, Params, Results>(
        mut store: C,
        func: impl IntoFunc<C::Data, Params, Results>,
    ) -> Result<Self, Error> {
        let func = func.into_host_func();
        store.as_context_mut().change(|store| func.make(store))?
    }

    /// The function's type.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the function belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> Result<FuncType, Error> {
        let ty = store.as_context().read(self.store, |store| self.inner.ty(store))?;
        Ok(FuncType::from_wasmi(&ty))
    }

    /// Calls the function, and blocks until it returns. More than eight arguments or results go over the
    /// heap, of a [`TypedFunc`] none.
    ///
    /// # Errors
    ///
    /// [`Error::WrongArguments`] when the arguments or the number of results do not match the
    /// type, [`Error::WrongStore`] when the function or an argument belongs to another store,
    /// [`Error::Trap`], [`Error::OutOfFuel`], or whatever a host function returned. On an engine
    /// with threads also [`Error::Deadlock`], and [`Error::WouldDeadlock`] in a host function that
    /// does not call by its [`Caller`].
    pub fn call(
        &self,
        mut store: impl AsContextMut,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let mut context = store.as_context_mut();
        let (inputs, mut outputs) = self.values(&context, params, results)?;
        run(&mut context, self.inner, inputs.as_slice(), outputs.as_mut_slice())?;
        outputs.copy_to(results, self.store);
        Ok(())
    }

    /// Calls the function as a future, which gives way to other tasks after every
    /// [slice](crate::Config::slice) and while the guest waits. Of a store without threads it gives way
    /// while a host function [returns later](Func::wrap_async), after slices on an engine that is
    /// interruptible, and where a timer says so on one that is
    #[cfg_attr(feature = "compartments", doc = "[preemptible](crate::Config::preemptible).")]
    #[cfg_attr(not(feature = "compartments"), doc = "preemptible.")]
    ///
    /// A future that is dropped gives the call up: what the guest has done stays. An engine that is
    /// preemptible may be abandoned by that.
    ///
    /// # Errors
    ///
    /// As for [`Func::call`].
    pub async fn call_async(
        &self,
        mut store: impl AsContextMut,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let mut context = store.as_context_mut();
        let (inputs, mut outputs) = self.values(&context, params, results)?;
        run_async(&mut context, self.inner, inputs.as_slice(), outputs.as_mut_slice()).await?;
        outputs.copy_to(results, self.store);
        Ok(())
    }

    /// The arguments as the interpreter takes them, and room for its results.
    fn values(
        &self,
        store: &impl AsContext,
        params: &[Val],
        results: &[Val],
    ) -> Result<(Values, Values), Error> {
        let ty = store.as_context().read(self.store, |store| self.inner.ty(store))?;
        let same =
            params.iter().map(Val::ty).eq(ty.params().iter().map(|ty| ValType::from_wasmi(*ty)));
        if !same || results.len() != ty.results().len() {
            return Err(Error::WrongArguments(FuncType::from_wasmi(&ty)));
        }
        Ok((Values::arguments(params, self.store)?, Values::results(results.len())))
    }

    /// The function as one of a type known at compile time.
    ///
    /// # Errors
    ///
    /// [`Error::WrongArguments`] when the function has another type, [`Error::WrongStore`] when
    /// it belongs to another store.
    pub fn typed<Params: WasmParams, Results: WasmResults>(
        &self,
        store: impl AsContext,
    ) -> Result<TypedFunc<Params, Results>, Error> {
        TypedFunc::new(*self, store, None)
    }
}
