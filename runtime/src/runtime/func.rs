//! Functions, of guests and of the host.

use super::arguments::Values;
use super::world::{StoreId, World};
use super::{
    AsContext, AsContextMut, Caller, Error, FuncType, IntoFunc, TypedFunc, Val, WasmParams,
    WasmResults, convert, host,
};
use wasmi::ResumableCall;

/// A function of a store.
#[derive(Debug, Clone, Copy)]
pub struct Func {
    pub(crate) store: StoreId,
    pub(crate) inner: wasmi::Func,
}

impl Func {
    /// Makes a host function of a type known at run time.
    ///
    /// `func` gets the arguments and must fill in the results, all of the type declared.
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
        let mut context = store.as_context_mut();
        let inner = host::untyped(ty, func)?.make(&mut context.inner);
        Ok(Self { store: context.world().id, inner })
    }

    /// Makes a host function of a closure.
    pub fn wrap<C: AsContextMut, Params, Results>(
        mut store: C,
        func: impl IntoFunc<C::Data, Params, Results>,
    ) -> Self {
        let mut context = store.as_context_mut();
        let inner = func.into_host_func().make(&mut context.inner);
        Self { store: context.world().id, inner }
    }

    /// The function's type.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the function belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> Result<FuncType, Error> {
        let context = store.as_context();
        context.check(self.store)?;
        Ok(FuncType::from_wasmi(&self.inner.ty(context.inner)))
    }

    /// Calls the function.
    ///
    /// # Errors
    ///
    /// [`Error::WrongArguments`] when the arguments or the number of results do not match the
    /// type, [`Error::WrongStore`] when the function or an argument belongs to another store,
    /// [`Error::Trap`], [`Error::OutOfFuel`], or whatever a host function returned.
    pub fn call(
        &self,
        mut store: impl AsContextMut,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let ty = self.inner.ty(&context.inner);
        let same = params.iter().map(Val::ty).eq(ty.params().iter().copied());
        if !same || results.len() != ty.results().len() {
            return Err(Error::WrongArguments(FuncType::from_wasmi(&ty)));
        }
        let inputs = Values::arguments(params, self.store)?;
        let mut outputs = Values::results(results.len());
        self.run(&mut context.inner, inputs.as_slice(), outputs.as_mut_slice())?;
        outputs.copy_to(results, context.world());
        Ok(())
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
        TypedFunc::new(*self, store)
    }

    /// Calls a function of the store, its arguments checked already.
    pub(crate) fn run(
        &self,
        store: &mut wasmi::StoreContextMut<'_, World>,
        params: &[wasmi::Val],
        results: &mut [wasmi::Val],
    ) -> Result<(), Error> {
        let _active = store.data().engine.enter()?;
        // A resumable call reports spent fuel without allocating an error.
        match self.inner.call_resumable(store, params, results) {
            Ok(ResumableCall::Finished) => Ok(()),
            Ok(ResumableCall::OutOfFuel(_)) => Err(Error::OutOfFuel),
            Ok(ResumableCall::HostTrap(call)) => Err(convert::call(call.host_error())),
            Err(error) => Err(convert::call(&error)),
        }
    }
}
