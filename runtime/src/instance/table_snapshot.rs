//! The elements of tables that a module imports, while it is instantiated.
//!
//! Elements of an instance that fails stay in the table, but the interpreter has not finished the
//! instance that their functions belong to: calling one is undefined. So they are put back.

use crate::error::Error;
use crate::world::StoreMut;
use alloc::vec::Vec;
use wasmi::{Ref, Table};

/// What the imported tables hold.
pub(super) struct TableSnapshot(Vec<(Table, Vec<Ref>)>);

impl TableSnapshot {
    /// Copies the elements of the tables among the imports, of which most modules have none.
    pub(super) fn of(store: &StoreMut<'_>, imports: &[wasmi::Extern]) -> Result<Self, Error> {
        let mut tables = Vec::new();
        for table in imports.iter().copied().filter_map(wasmi::Extern::into_table) {
            let size = table.size(store);
            let mut elements = Vec::new();
            let needed = usize::try_from(size).unwrap_or(usize::MAX);
            elements.try_reserve_exact(needed).map_err(|_| Error::OutOfHeap {
                needed: needed.saturating_mul(size_of::<Ref>()),
                free: store.data().engine.config().heap_free.map_or(0, |free| free()),
            })?;
            elements.extend((0..size).filter_map(|index| table.get(store, index)));
            tables.push((table, elements));
        }
        Ok(Self(tables))
    }

    /// Puts them back.
    pub(super) fn restore(self, store: &mut StoreMut<'_>) {
        for (table, elements) in self.0 {
            for (index, element) in (0..).zip(elements) {
                // The table is as long as it was, and of the same type.
                let _ = table.set(&mut *store, index, element);
            }
        }
    }
}
