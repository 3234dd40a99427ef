//! Types of tables.

use super::value::RefType;

/// The type of a table.
///
/// ```
/// use vellum::{RefType, TableType};
///
/// let ty = TableType::new(RefType::FUNCREF, 2, Some(8));
/// assert_eq!((ty.minimum(), ty.maximum()), (2, Some(8)));
/// ```
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
            element: RefType::from_wasmi(ty.element()),
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
        Some(wasmi::TableType::new(self.element.to_wasmi(), minimum, maximum))
    }
}
