//! Types of functions.

use super::value::ValType;
use alloc::{boxed::Box, vec::Vec};
use core::fmt;

/// The type of a function: its parameters and its results.
///
/// ```
/// use vellum::{FuncType, ValType};
///
/// let ty = FuncType::new([ValType::I32, ValType::I64], [ValType::F32]);
/// assert_eq!(ty.params(), [ValType::I32, ValType::I64]);
/// assert_eq!(ty.to_string(), "(i32, i64) -> (f32)");
/// ```
///
/// `wasmtime` makes one for an engine, and gives its types by iterators; here a type needs no engine
/// and has them in slices.
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
        let mut types: Vec<_> = params.into_iter().collect();
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

    pub(crate) fn to_wasmi(&self) -> wasmi::FuncType {
        let types =
            |types: &[ValType]| -> Vec<_> { types.iter().map(|ty| ty.to_wasmi()).collect() };
        wasmi::FuncType::new(types(self.params()), types(self.results()))
    }

    pub(crate) fn from_wasmi(ty: &wasmi::FuncType) -> Self {
        let own = |ty: &wasmi::ValType| ValType::from_wasmi(*ty);
        Self::new(ty.params().iter().map(own), ty.results().iter().map(own))
    }
}

fn list(f: &mut fmt::Formatter<'_>, types: &[ValType]) -> fmt::Result {
    f.write_str("(")?;
    for (i, ty) in types.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        f.write_str(ty.name())?;
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
