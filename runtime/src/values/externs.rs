//! What instances import and export.

use super::{global::Global, table::Table};
use crate::error::Error;
use crate::func::Func;
use crate::memory::{Memory, shared::SharedMemory};
use crate::store::as_context::AsContext;
use crate::types::{ExternKind, ExternType};
use crate::world::{World, session::StoreId};

/// Something that an instance can import or export.
///
/// ```
/// use vellum::{Config, Engine, Extern, ExternKind, Global, Mutability, Store, Val};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let global = Global::new(&mut store, Val::I32(7), Mutability::Const)?;
/// let value = Extern::from(global);
/// assert_eq!(value.kind(), ExternKind::Global);
/// assert!(value.into_memory().is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub enum Extern {
    /// A function.
    Func(Func),
    /// A global.
    Global(Global),
    /// A table.
    Table(Table),
    /// A memory of a store. What an instance exports is one, shared or not:
    /// [`Memory::to_shared`] makes it the other variant.
    Memory(Memory),
    /// A memory that any number of stores may import: each gets a view of it
    /// ([`SharedMemory::as_memory`]).
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    SharedMemory(SharedMemory),
}

impl Extern {
    /// The function, if it is one.
    pub fn into_func(self) -> Option<Func> {
        if let Self::Func(func) = self { Some(func) } else { None }
    }

    /// The global, if it is one.
    pub fn into_global(self) -> Option<Global> {
        if let Self::Global(global) = self { Some(global) } else { None }
    }

    /// The table, if it is one.
    pub fn into_table(self) -> Option<Table> {
        if let Self::Table(table) = self { Some(table) } else { None }
    }

    /// The memory, if it is one.
    pub fn into_memory(self) -> Option<Memory> {
        if let Self::Memory(memory) = self { Some(memory) } else { None }
    }

    /// The shared memory, if it is one, also as a [`Memory`] of the store, which every memory is that
    /// an instance exports. For that it takes the store, unlike `wasmtime`'s.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when it belongs to another store.
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn into_shared_memory(self, store: impl AsContext) -> Result<Option<SharedMemory>, Error> {
        match self {
            Self::SharedMemory(memory) => Ok(Some(memory)),
            Self::Memory(memory) => memory.to_shared(store),
            Self::Func(_) | Self::Global(_) | Self::Table(_) => Ok(None),
        }
    }

    /// The extern's type.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when it belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> Result<ExternType, Error> {
        Ok(match self {
            Self::Func(func) => ExternType::Func(func.ty(store)?),
            Self::Global(global) => ExternType::Global(global.ty(store)?),
            Self::Table(table) => ExternType::Table(table.ty(store)?),
            Self::Memory(memory) => ExternType::Memory(memory.ty(store)?),
            Self::SharedMemory(memory) => ExternType::Memory(memory.ty()),
        })
    }

    /// What it is.
    pub const fn kind(&self) -> ExternKind {
        match self {
            Self::Func(_) => ExternKind::Func,
            Self::Global(_) => ExternKind::Global,
            Self::Table(_) => ExternKind::Table,
            Self::Memory(_) => ExternKind::Memory,
            Self::SharedMemory(_) => ExternKind::SharedMemory,
        }
    }

    /// The interpreter's extern, if it is one of the store `id`.
    pub(crate) fn to_wasmi(&self, id: StoreId) -> Option<wasmi::Extern> {
        let (store, inner) = match self {
            Self::Func(func) => (func.store, func.inner.into()),
            Self::Global(global) => (global.store, global.inner.into()),
            Self::Table(table) => (table.store, table.inner.into()),
            Self::Memory(memory) => (memory.store, memory.inner.into()),
            Self::SharedMemory(_) => return None,
        };
        (store == id).then_some(inner)
    }

    /// Every memory of a store is one of its world's, so the lookup finds it.
    pub(crate) fn from_wasmi(
        store: wasmi::StoreContext<'_, World>,
        id: StoreId,
        value: wasmi::Extern,
    ) -> Self {
        let world = store.data();
        match value {
            wasmi::Extern::Func(inner) => Self::Func(Func { store: id, inner }),
            wasmi::Extern::Global(inner) => Self::Global(Global { store: id, inner }),
            wasmi::Extern::Table(inner) => Self::Table(Table { store: id, inner }),
            wasmi::Extern::Memory(inner) => {
                let entry = world.memory_at(inner.data_ptr(store) as usize).unwrap_or(usize::MAX);
                Self::Memory(Memory { store: id, inner, entry })
            }
        }
    }
}

macro_rules! from_handle {
    ($($handle:ident),*) => {
        $(
            impl From<$handle> for Extern {
                fn from(handle: $handle) -> Self {
                    Self::$handle(handle)
                }
            }
        )*
    };
}

from_handle!(Func, Global, Table, Memory, SharedMemory);
