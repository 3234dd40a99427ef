//! The reasons for which a guest stops.

use core::fmt;

/// Why a guest was stopped, in the words of the WebAssembly specification.
///
/// Source: the assertion texts of the specification's test suite.
///
/// ```
/// use vellum::{Config, Engine, Error, Instance, Module, Store, Trap};
///
/// # fn main() -> Result<(), Error> {
/// let engine = Engine::new(&Config::new())?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module (func (export "div") (param i32 i32) (result i32)
///         (i32.div_s (local.get 0) (local.get 1))))"#,
/// ).expect("the text is valid"))?;
/// let mut store = Store::new(&engine, ());
/// let div = Instance::new(&mut store, &module, &[])?;
/// let div = div.get_typed_func::<(i32, i32), i32>(&store, "div")?;
/// let error = div.call(&mut store, (1, 0)).expect_err("it traps");
/// assert!(matches!(error, Error::Trap(Trap::IntegerDivideByZero)));
/// assert_eq!(error.to_string(), "integer divide by zero");
/// // The store and its instances go on.
/// assert_eq!(div.call(&mut store, (6, 3))?, 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trap {
    /// `unreachable` was executed.
    Unreachable,
    /// A load, store or bulk operation reached past the end of a memory.
    MemoryOutOfBounds,
    /// A table operation or an indirect call reached past the end of a table.
    TableOutOfBounds,
    /// An indirect call met a null element.
    UninitializedElement,
    /// An integer division by zero.
    IntegerDivideByZero,
    /// An integer result does not fit its type.
    IntegerOverflow,
    /// A float that is not a number, or too large, was converted to an integer.
    InvalidConversion,
    /// The value stack or the recursion limit of the engine is used up.
    CallStackExhausted,
    /// An indirect call met a function of another type.
    IndirectCallTypeMismatch,
    /// An atomic access at an address that is no multiple of its width.
    UnalignedAtomic,
    /// A wait in a memory that is not shared.
    ExpectedSharedMemory,
}

impl Trap {
    /// The specification's text for this trap.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::MemoryOutOfBounds => "out of bounds memory access",
            Self::TableOutOfBounds => "out of bounds table access",
            Self::UninitializedElement => "uninitialized element",
            Self::IntegerDivideByZero => "integer divide by zero",
            Self::IntegerOverflow => "integer overflow",
            Self::InvalidConversion => "invalid conversion to integer",
            Self::CallStackExhausted => "call stack exhausted",
            Self::IndirectCallTypeMismatch => "indirect call type mismatch",
            Self::UnalignedAtomic => "unaligned atomic",
            Self::ExpectedSharedMemory => "expected shared memory",
        }
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Trap {}

#[cfg(feature = "defmt")]
impl defmt::Format for Trap {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=str}", self.message());
    }
}
