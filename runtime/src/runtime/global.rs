//! Globals.

use super::world::StoreId;
use super::{AsContext, AsContextMut, Error, GlobalType, Mutability, Val};

/// A global of a store.
#[derive(Debug, Clone, Copy)]
pub struct Global {
    pub(crate) store: StoreId,
    pub(crate) inner: wasmi::Global,
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
        let id = context.world().id;
        let value = value.to_wasmi(id)?;
        let inner = wasmi::Global::new(&mut context.inner, value, mutability);
        Ok(Self { store: id, inner })
    }

    /// The global's type.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the global belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> Result<GlobalType, Error> {
        let context = store.as_context();
        context.check(self.store)?;
        Ok(self.inner.ty(context.inner))
    }

    /// The global's value.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the global belongs to another store.
    pub fn get(&self, store: impl AsContext) -> Result<Val, Error> {
        let context = store.as_context();
        context.check(self.store)?;
        Ok(Val::from_wasmi(&self.inner.get(context.inner), context.world()))
    }

    /// Changes the global's value.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the global or the value belongs to another store,
    /// [`Error::WrongType`] when the global is not mutable or has another type.
    pub fn set(&self, mut store: impl AsContextMut, value: Val) -> Result<(), Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let value = value.to_wasmi(self.store)?;
        self.inner.set(&mut context.inner, value).map_err(|_| Error::WrongType)
    }
}
