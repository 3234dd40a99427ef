//! Types of globals.

use super::value::ValType;

/// Whether a global can be changed.
///
/// ```
/// use vellum::{Config, Engine, Error, Global, Mutability, Store, Val};
///
/// # fn main() -> Result<(), Error> {
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let constant = Global::new(&mut store, Val::I32(1), Mutability::Const)?;
/// assert!(constant.ty(&store)?.mutability().is_const());
/// let error = constant.set(&mut store, Val::I32(2)).expect_err("it keeps its value");
/// assert!(matches!(error, Error::ImmutableGlobal));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mutability {
    /// It keeps its first value.
    Const,
    /// It can be changed.
    Var,
}

impl Mutability {
    /// Whether it is [`Mutability::Const`].
    pub const fn is_const(self) -> bool {
        matches!(self, Self::Const)
    }

    /// Whether it is [`Mutability::Var`].
    pub const fn is_var(self) -> bool {
        matches!(self, Self::Var)
    }

    pub(crate) const fn to_wasmi(self) -> wasmi::Mutability {
        match self {
            Self::Const => wasmi::Mutability::Const,
            Self::Var => wasmi::Mutability::Var,
        }
    }
}

/// The type of a global: that of its value, and whether it can be changed.
///
/// ```
/// use vellum::{GlobalType, Mutability, ValType};
///
/// let ty = GlobalType::new(ValType::I32, Mutability::Var);
/// assert_eq!(ty.content(), ValType::I32);
/// assert!(ty.mutability().is_var());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GlobalType {
    content: ValType,
    mutability: Mutability,
}

impl GlobalType {
    /// The type of a global with values of type `content`.
    pub const fn new(content: ValType, mutability: Mutability) -> Self {
        Self { content, mutability }
    }

    /// The type of the value.
    pub const fn content(&self) -> ValType {
        self.content
    }

    /// Whether the global can be changed.
    pub const fn mutability(&self) -> Mutability {
        self.mutability
    }

    pub(crate) fn from_wasmi(ty: wasmi::GlobalType) -> Self {
        let mutability = match ty.mutability() {
            wasmi::Mutability::Const => Mutability::Const,
            wasmi::Mutability::Var => Mutability::Var,
        };
        Self::new(ValType::from_wasmi(ty.content()), mutability)
    }
}
