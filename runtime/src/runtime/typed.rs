//! Functions whose type is known at compile time.

use super::{AsContext, AsContextMut, Error, Func, FuncType, convert};
use wasmi::TypedResumableCall;

mod sealed {
    pub trait Ty {}
    pub trait Tys {}
}

/// A Rust number that stands for a WebAssembly number.
pub trait WasmTy: wasmi::WasmTy + sealed::Ty {}

/// The parameters of a [`TypedFunc`]: a number or a tuple of numbers.
pub trait WasmParams: wasmi::WasmParams + sealed::Tys {}

/// The results of a [`TypedFunc`]: nothing, a number or a tuple of numbers.
pub trait WasmResults: wasmi::WasmResults + sealed::Tys {}

macro_rules! numbers {
    ($($ty:ty),*) => {
        $(
            impl sealed::Ty for $ty {}
            impl WasmTy for $ty {}
            impl sealed::Tys for $ty {}
            impl WasmParams for $ty {}
            impl WasmResults for $ty {}
        )*
    };
}

numbers!(i32, u32, i64, u64, f32, f64);

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: WasmTy),*> sealed::Tys for ($($name,)*) {}
        impl<$($name: WasmTy),*> WasmParams for ($($name,)*) {}
        impl<$($name: WasmTy),*> WasmResults for ($($name,)*) {}
    };
}

super::host::for_each_arity!(tuples);

/// A function of a store whose type is known at compile time: calling it checks nothing but the
/// store, and allocates nothing.
#[derive(Debug)]
pub struct TypedFunc<Params, Results> {
    func: Func,
    inner: wasmi::TypedFunc<Params, Results>,
}

impl<Params, Results> Copy for TypedFunc<Params, Results> {}

impl<Params, Results> Clone for TypedFunc<Params, Results> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Params: WasmParams, Results: WasmResults> TypedFunc<Params, Results> {
    pub(crate) fn new(func: Func, store: impl AsContext) -> Result<Self, Error> {
        let context = store.as_context();
        context.check(func.store)?;
        match func.inner.typed(context.inner) {
            Ok(inner) => Ok(Self { func, inner }),
            Err(_) => {
                Err(Error::WrongArguments(FuncType::from_wasmi(&func.inner.ty(context.inner))))
            }
        }
    }

    /// The function without its type.
    pub fn func(&self) -> &Func {
        &self.func
    }

    /// Calls the function.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the function belongs to another store, [`Error::Trap`],
    /// [`Error::OutOfFuel`], [`Error::LimitExceeded`] when the engine has no stack left, or
    /// whatever a host function returned.
    pub fn call(&self, mut store: impl AsContextMut, params: Params) -> Result<Results, Error> {
        let mut context = store.as_context_mut();
        context.check(self.func.store)?;
        let _active = context.engine().enter()?;
        match self.inner.call_resumable(&mut context.inner, params) {
            Ok(TypedResumableCall::Finished(results)) => Ok(results),
            Ok(TypedResumableCall::OutOfFuel(_)) => Err(Error::OutOfFuel),
            Ok(TypedResumableCall::HostTrap(call)) => Err(convert::call(call.host_error())),
            Err(error) => Err(convert::call(&error)),
        }
    }
}
