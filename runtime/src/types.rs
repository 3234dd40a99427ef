//! Types of functions, tables, globals and externs.

use alloc::boxed::Box;
use core::fmt;
use vellum_memory::MemoryType;

pub use wasmi::{GlobalType, Mutability, RefType, ValType};

/// The type of a function: its parameters and its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuncType {
    types: Box<[ValType]>,
    params: usize,
}

impl FuncType {
    /// A function type with these parameters and results.
    pub fn new(
        params: impl IntoIterator<Item = ValType>,
        results: impl IntoIterator<Item = ValType>,
    ) -> Self {
        let mut types: alloc::vec::Vec<_> = params.into_iter().collect();
        let params = types.len();
        types.extend(results);
        Self { types: types.into(), params }
    }

    /// Types of the parameters, in order.
    pub fn params(&self) -> &[ValType] {
        self.types.get(..self.params).unwrap_or_default()
    }

    /// Types of the results, in order.
    pub fn results(&self) -> &[ValType] {
        self.types.get(self.params..).unwrap_or_default()
    }

    pub(crate) fn from_wasmi(ty: &wasmi::FuncType) -> Self {
        Self::new(ty.params().iter().copied(), ty.results().iter().copied())
    }
}

fn name(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        ValType::F32 => "f32",
        ValType::F64 => "f64",
        ValType::V128 => "v128",
        ValType::FuncRef => "funcref",
        ValType::ExternRef => "externref",
    }
}

fn list(f: &mut fmt::Formatter<'_>, types: &[ValType]) -> fmt::Result {
    f.write_str("(")?;
    for (i, ty) in types.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        f.write_str(name(*ty))?;
    }
    f.write_str(")")
}

/// `(i32, i64) -> (f32)`, as the text format names the types.
impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.params())?;
        f.write_str(" -> ")?;
        list(f, self.results())
    }
}

/// The type of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableType {
    element: RefType,
    minimum: u64,
    maximum: Option<u64>,
    is_64: bool,
}

impl TableType {
    /// A table of `element` references with at least `minimum` and at most `maximum` elements.
    ///
    /// A maximum below the minimum is reported when a table is made of the type.
    pub const fn new(element: RefType, minimum: u32, maximum: Option<u32>) -> Self {
        let maximum = match maximum {
            Some(maximum) => Some(maximum as u64),
            None => None,
        };
        Self { element, minimum: minimum as u64, maximum, is_64: false }
    }

    /// The type of the elements.
    pub const fn element(&self) -> RefType {
        self.element
    }

    /// Elements that the table has at least.
    pub const fn minimum(&self) -> u64 {
        self.minimum
    }

    /// Elements that the table may have at most, if that is declared.
    pub const fn maximum(&self) -> Option<u64> {
        self.maximum
    }

    /// Whether the table is indexed with `i64`.
    pub const fn is_64(&self) -> bool {
        self.is_64
    }

    pub(crate) fn from_wasmi(ty: &wasmi::TableType) -> Self {
        Self {
            element: ty.element(),
            minimum: ty.minimum(),
            maximum: ty.maximum(),
            is_64: ty.is_64(),
        }
    }

    /// The interpreter's type; `None` where the limits contradict each other.
    pub(crate) fn to_wasmi(self) -> Option<wasmi::TableType> {
        let minimum = u32::try_from(self.minimum).ok()?;
        let maximum = match self.maximum {
            Some(maximum) => Some(u32::try_from(maximum).ok()?),
            None => None,
        };
        if self.is_64 || maximum.is_some_and(|maximum| maximum < minimum) {
            return None;
        }
        Some(wasmi::TableType::new(self.element, minimum, maximum))
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
