//! Globals.

use super::Val;
use crate::error::Error;
use crate::store::as_context::{AsContext, AsContextMut};
use crate::types::global::{GlobalType, Mutability};
use crate::world::{inside::inside, session::StoreId};
use core::fmt;
use wasmi::errors::GlobalError;

/// A global of a store.
///
/// ```
/// use vellum::{Config, Engine, Global, Mutability, Store, Val};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let counter = Global::new(&mut store, Val::I64(1), Mutability::Var)?;
/// counter.set(&mut store, Val::I64(2))?;
/// assert_eq!(counter.get(&store)?.i64(), Some(2));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Global {
    pub(crate) store: StoreId,
    pub(crate) inner: wasmi::Global,
}

impl fmt::Debug for Global {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Global").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Global {
    /// Makes a global with a first value.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when `value` refers to another store.
    pub fn new(
        mut store: impl AsContextMut,
        value: Val,
        mutability: Mutability,
    ) -> Result<Self, Error> {
        let mut context = store.as_context_mut();
        let store = context.id();
        let value = value.to_wasmi(store)?;
        let inner = context.change(|store| {
            inside(store, |store| wasmi::Global::new(store, value, mutability.to_wasmi()))
        })??;
        Ok(Self { store, inner })
    }

    /// The global's type.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the global belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> Result<GlobalType, Error> {
        let ty = store.as_context().read(self.store, |store| self.inner.ty(store))?;
        Ok(GlobalType::from_wasmi(ty))
    }

    /// The global's value.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the global belongs to another store.
    pub fn get(&self, store: impl AsContext) -> Result<Val, Error> {
        let value = store.as_context().read(self.store, |store| self.inner.get(store))?;
        Ok(Val::from_wasmi(&value, self.store))
    }

    /// Changes the global's value.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the global or the value belongs to another store,
    /// [`Error::ImmutableGlobal`] when the global can't be changed, [`Error::WrongType`] when it has
    /// another type.
    pub fn set(&self, mut store: impl AsContextMut, value: Val) -> Result<(), Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let value = value.to_wasmi(self.store)?;
        context.change(|store| self.inner.set(store, value))?.map_err(fault)
    }
}

fn fault(error: GlobalError) -> Error {
    match error {
        GlobalError::ImmutableWrite => Error::ImmutableGlobal,
        _ => Error::WrongType,
    }
}
