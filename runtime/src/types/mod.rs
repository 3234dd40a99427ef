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
