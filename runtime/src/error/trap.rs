//! The reasons for which a guest stops.

use core::fmt;

/// Why a guest was stopped, in the words of the WebAssembly specification.
///
/// Source: the assertion texts of the specification's test suite.
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
