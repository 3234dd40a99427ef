//! Types of values, functions, tables, globals and externs.

pub(crate) mod func;
pub(crate) mod global;
pub(crate) mod table;
pub(crate) mod value;

use core::fmt;
use func::FuncType;
use global::GlobalType;
use table::TableType;
use vellum_memory::MemoryType;

/// What can be imported or exported.
///
/// ```
/// assert_eq!(vellum::ExternKind::Memory.to_string(), "a memory");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ExternKind {
    /// A function.
    Func,
    /// A global.
    Global,
    /// A table.
    Table,
    /// A memory.
    Memory,
    /// A shared memory, where a memory of one store would not do.
    SharedMemory,
}

impl fmt::Display for ExternKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "a function",
            Self::Global => "a global",
            Self::Table => "a table",
            Self::Memory => "a memory",
            Self::SharedMemory => "a shared memory",
        })
    }
}

/// The type of an import or an export.
///
/// ```
/// use vellum::{ExternKind, ExternType, MemoryType};
///
/// let ty = ExternType::from(MemoryType::new(1, Some(2)));
/// assert_eq!(ty.kind(), ExternKind::Memory);
/// assert_eq!(ty.memory().and_then(|memory| memory.maximum()), Some(2));
/// assert!(ty.func().is_none());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A global.
    Global(GlobalType),
    /// A table.
    Table(TableType),
    /// A memory, with the limits that were declared for it.
    Memory(MemoryType),
}

impl ExternType {
    /// What it is the type of.
    pub const fn kind(&self) -> ExternKind {
        match self {
            Self::Func(_) => ExternKind::Func,
            Self::Global(_) => ExternKind::Global,
            Self::Table(_) => ExternKind::Table,
            Self::Memory(_) => ExternKind::Memory,
        }
    }

    /// The type of the function, if it is one.
    pub const fn func(&self) -> Option<&FuncType> {
        if let Self::Func(ty) = self { Some(ty) } else { None }
    }

    /// The type of the global, if it is one.
    pub const fn global(&self) -> Option<&GlobalType> {
        if let Self::Global(ty) = self { Some(ty) } else { None }
    }

    /// The type of the table, if it is one.
    pub const fn table(&self) -> Option<&TableType> {
        if let Self::Table(ty) = self { Some(ty) } else { None }
    }

    /// The type of the memory, if it is one.
    pub const fn memory(&self) -> Option<&MemoryType> {
        if let Self::Memory(ty) = self { Some(ty) } else { None }
    }
}

macro_rules! from_type {
    ($($ty:ident => $variant:ident),*) => {
        $(
            impl From<$ty> for ExternType {
                fn from(ty: $ty) -> Self {
                    Self::$variant(ty)
                }
            }
        )*
    };
}

from_type!(FuncType => Func, GlobalType => Global, TableType => Table, MemoryType => Memory);
