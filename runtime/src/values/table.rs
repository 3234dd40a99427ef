//! Tables.

use super::Ref;
use crate::error::Error;
use crate::store::as_context::{AsContext, AsContextMut};
use crate::types::table::TableType;
use crate::world::{inside::inside, session::StoreId};
use core::fmt;
use wasmi_core::TableError;

/// A table of a store. Its elements lie on the heap.
///
/// ```
/// use vellum::{Config, Engine, Func, Ref, RefType, Store, Table, TableType};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let ty = TableType::new(RefType::Func, 2, Some(4));
/// let table = Table::new(&mut store, ty, Ref::null(RefType::Func))?;
/// let func = Func::wrap(&mut store, || 42)?;
/// table.set(&mut store, 1, Ref::from(func))?;
/// assert!(matches!(table.get(&store, 1)?, Some(Ref::Func(Some(_)))));
/// assert_eq!(table.grow(&mut store, 2, Ref::null(RefType::Func))?, 2);
/// assert!(table.get(&store, 4)?.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Table {
    pub(crate) store: StoreId,
    pub(crate) inner: wasmi::Table,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Table {
    /// Makes a table, all elements `init`.
    ///
    /// # Errors
    ///
    /// [`Error::WrongType`] when the type's limits contradict each other or `init` has another
    /// type, [`Error::LimitExceeded`] when the store allows no such table,
    /// [`Error::OutOfHeap`] when its elements do not fit the heap, [`Error::WrongStore`] when
    /// `init` belongs to another store.
    pub fn new(mut store: impl AsContextMut, ty: TableType, init: Ref) -> Result<Self, Error> {
        let mut context = store.as_context_mut();
        let id = context.id();
        let init = init.to_wasmi(id)?;
        let wasmi = ty.to_wasmi().ok_or(Error::WrongType)?;
        let inner = context.change(|store| {
            store.data().check_tables(1)?;
            store.data().check_table(ty.minimum())?;
            let made = inside(store, |store| wasmi::Table::new(store, wasmi, init))?;
            let inner = made.map_err(|error| store.data_mut().failure(&error))?;
            store.data_mut().session.tables += 1;
            Ok::<_, Error>(inner)
        })??;
        Ok(Self { store: id, inner })
    }

    /// The table's type.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the table belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> Result<TableType, Error> {
        let ty = store.as_context().read(self.store, |store| self.inner.ty(store))?;
        Ok(TableType::from_wasmi(&ty))
    }

    /// The table's number of elements.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the table belongs to another store.
    pub fn size(&self, store: impl AsContext) -> Result<u64, Error> {
        store.as_context().read(self.store, |store| self.inner.size(store))
    }

    /// The element at `index`, `None` past the end.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the table belongs to another store.
    pub fn get(&self, store: impl AsContext, index: u64) -> Result<Option<Ref>, Error> {
        let value = store.as_context().read(self.store, |store| self.inner.get(store, index))?;
        Ok(value.map(|value| Ref::from_wasmi(value, self.store)))
    }

    /// Changes the element at `index`.
    ///
    /// # Errors
    ///
    /// [`Error::TableOutOfBounds`] past the end, [`Error::WrongType`] when the element has
    /// another type, [`Error::WrongStore`] when the table or the element belongs to another store.
    pub fn set(&self, mut store: impl AsContextMut, index: u64, value: Ref) -> Result<(), Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let value = value.to_wasmi(self.store)?;
        context.change(|store| self.inner.set(store, index, value))?.map_err(fault)
    }

    /// Adds `delta` elements, all `init`, and gives the number there were before.
    ///
    /// # Errors
    ///
    /// [`Error::TableOutOfBounds`] past the maximum, [`Error::LimitExceeded`] past the store's
    /// limit, [`Error::OutOfHeap`] when the elements do not fit the heap, [`Error::WrongType`]
    /// and [`Error::WrongStore`] as for [`Table::set`].
    pub fn grow(&self, mut store: impl AsContextMut, delta: u64, init: Ref) -> Result<u64, Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let init = init.to_wasmi(self.store)?;
        context.change(|store| {
            let desired = self.inner.size(&*store).saturating_add(delta);
            if self.inner.ty(&*store).maximum().is_some_and(|maximum| desired > maximum) {
                return Err(Error::TableOutOfBounds);
            }
            store.data().check_table(desired)?;
            let grown = inside(store, |store| self.inner.grow(store, delta, init))?;
            grown.map_err(|error| match error {
                TableError::GrowOutOfBounds | TableError::ResourceLimiterDeniedAllocation => {
                    store.data_mut().session.refused()
                }
                error => fault(error),
            })
        })?
    }

    /// Makes `len` elements from `dst` on `value`.
    ///
    /// # Errors
    ///
    /// As for [`Table::set`]; nothing changes then.
    ///
    /// ```
    /// use vellum::{Config, Engine, Ref, RefType, Store, Table, TableType, ExternRef};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let mut store = Store::new(&Engine::new(&Config::new())?, ());
    /// let null = Ref::null(RefType::Extern);
    /// let table = Table::new(&mut store, TableType::new(RefType::Extern, 8, None), null)?;
    /// let value = Ref::Extern(Some(ExternRef::new(&mut store, "value")?));
    /// table.fill(&mut store, 0, value, 2)?;
    /// Table::copy(&mut store, &table, 4, &table, 0, 2)?;
    /// let has = |index| Ok::<_, vellum::Error>(matches!(
    ///     table.get(&store, index)?,
    ///     Some(Ref::Extern(Some(_)))
    /// ));
    /// assert_eq!([has(1)?, has(3)?, has(5)?, has(7)?], [true, false, true, false]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fill(
        &self,
        mut store: impl AsContextMut,
        dst: u64,
        value: Ref,
        len: u64,
    ) -> Result<(), Error> {
        let mut context = store.as_context_mut();
        context.check(self.store)?;
        let value = value.to_wasmi(self.store)?;
        context.change(|store| self.inner.fill(store, dst, value, len))?.map_err(fault)
    }

    /// Copies `len` elements of `src_table` from `src_index` on to `dst_table`, from `dst_index` on.
    /// Both may be the same table, and the ranges overlap.
    ///
    /// # Errors
    ///
    /// [`Error::TableOutOfBounds`] past the end of either, [`Error::WrongType`] when the elements are
    /// of different types, [`Error::WrongStore`] when one of the tables belongs to another store.
    /// Nothing changes then.
    pub fn copy(
        mut store: impl AsContextMut,
        dst_table: &Self,
        dst_index: u64,
        src_table: &Self,
        src_index: u64,
        len: u64,
    ) -> Result<(), Error> {
        let mut context = store.as_context_mut();
        context.check(dst_table.store)?;
        context.check(src_table.store)?;
        let (dst, src) = (&dst_table.inner, &src_table.inner);
        context.change(|store| {
            if dst.ty(&*store).element() != src.ty(&*store).element() {
                return Err(Error::WrongType);
            }
            wasmi::Table::copy(store, dst, dst_index, src, src_index, len).map_err(fault)
        })?
    }
}

fn fault(error: TableError) -> Error {
    match error {
        TableError::ElementTypeMismatch => Error::WrongType,
        TableError::OutOfSystemMemory => Error::OutOfHeap { needed: 0, free: 0 },
        _ => Error::TableOutOfBounds,
    }
}
