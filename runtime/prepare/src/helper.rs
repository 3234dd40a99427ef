//! The functions that lowered code calls in the host.

/// The type of an operand or result of a [`Helper`].
///
/// ```
/// use vellum_prepare::{Helper, ValueType};
///
/// let notify = Helper::Notify { wide: true };
/// assert_eq!(notify.params()[0], ValueType::I64);
/// assert_eq!(notify.results(), [ValueType::I32]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ValueType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
    /// A reference to a function, or null.
    FuncRef,
    /// A reference to something of the host, or null.
    ExternRef,
}

/// The type of the elements of a table that grows.
///
/// ```
/// use vellum_prepare::{Helper, ReferenceType, ValueType};
///
/// let grow = Helper::TableGrow { table: 0, wide: false, ty: ReferenceType::ExternRef };
/// assert_eq!(grow.params(), [ValueType::ExternRef, ValueType::I32]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ReferenceType {
    /// Functions, or null.
    FuncRef,
    /// References to objects of the host, or null.
    ExternRef,
}

/// A function that the host puts into the table of a module's helpers.
///
/// `A` is the type of an address: `i64` where `wide`, which is for 64-bit memories and tables, and
/// otherwise `i32`. Addresses, offsets, lengths and counts are unsigned. `access` is an
/// [`Access`](super::Access).
///
/// A guest whose module is forged calls a helper with any arguments:
/// indices that don't exist and accesses that can't be decoded must be answered with an error.
///
/// ```
/// use vellum_prepare::{Helper, Options, prepare};
///
/// let module = wat::parse_str(r#"(module (memory 1) (data "x") (func (data.drop 0)))"#).unwrap();
/// let prepared = prepare(&module, &Options::new())?;
/// assert_eq!(prepared.helpers, [Helper::DataDrop]);
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Helper {
    /// `(address A, expected i32, timeout i64, offset i64, memory i32) -> i32`:
    /// `memory.atomic.wait32`.
    Wait32 {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(address A, expected i64, timeout i64, offset i64, memory i32) -> i32`:
    /// `memory.atomic.wait64`.
    Wait64 {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(address A, count i32, offset i64, memory i32) -> i32`: `memory.atomic.notify`.
    Notify {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `() -> ()`: called when the address of an atomic access is not a multiple of its width. It
    /// must not return.
    Unaligned,
    /// `(value, delta A) -> A`: `table.grow` of the table exported as
    /// [`Names::table`](super::Names::table) of this index.
    TableGrow {
        /// The index of the table.
        table: u32,
        /// Whether the table is a 64-bit one.
        wide: bool,
        /// The type of its elements and of the value.
        ty: ReferenceType,
    },
    /// `(destination A, source i32, length i32, segment i32, memory i32)`: `memory.init`.
    MemoryInit {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(segment i32)`: `data.drop`.
    DataDrop,
    /// `(address A, offset i64, access i32) -> i64`: the bits loaded, zero-extended.
    Load {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(address A, value i64, offset i64, access i32)`: stores the low bits of the value.
    Store {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(address A, operand i64, offset i64, access i32) -> i64`: an atomic read-modify-write with
    /// the low bits of the operand; the bits that were there, zero-extended.
    Rmw {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(address A, expected i64, replacement i64, offset i64, access i32) -> i64`: an atomic
    /// compare-exchange of which only the low bits of both values count; the bits that were there,
    /// zero-extended.
    CompareExchange {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(memory i32) -> A`: `memory.size`.
    Size {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(delta A, memory i32) -> A`: `memory.grow`.
    Grow {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(destination A, value i32, length A, memory i32)`: `memory.fill`.
    Fill {
        /// Whether the memory is a 64-bit one.
        wide: bool,
    },
    /// `(destination A, source A, length A, to i32, from i32)`: `memory.copy`. Each address has the
    /// type of its own memory; the length is an `i64` only where both are wide.
    Copy {
        /// Whether the memory copied to is a 64-bit one.
        to_wide: bool,
        /// Whether the memory copied from is a 64-bit one.
        from_wide: bool,
    },
}

impl Helper {
    /// The types of the operands.
    pub const fn params(self) -> &'static [ValueType] {
        use ValueType::{ExternRef, FuncRef, I32, I64};
        match self {
            Self::Wait32 { wide: false } => &[I32, I32, I64, I64, I32],
            Self::Wait32 { wide: true } => &[I64, I32, I64, I64, I32],
            Self::Wait64 { wide: false } => &[I32, I64, I64, I64, I32],
            Self::Wait64 { wide: true } => &[I64, I64, I64, I64, I32],
            Self::Notify { wide: false } => &[I32, I32, I64, I32],
            Self::Notify { wide: true } => &[I64, I32, I64, I32],
            Self::Unaligned => &[],
            Self::TableGrow { wide: false, ty: ReferenceType::FuncRef, .. } => &[FuncRef, I32],
            Self::TableGrow { wide: true, ty: ReferenceType::FuncRef, .. } => &[FuncRef, I64],
            Self::TableGrow { wide: false, ty: ReferenceType::ExternRef, .. } => &[ExternRef, I32],
            Self::TableGrow { wide: true, ty: ReferenceType::ExternRef, .. } => &[ExternRef, I64],
            Self::MemoryInit { wide: false } => &[I32, I32, I32, I32, I32],
            Self::MemoryInit { wide: true } => &[I64, I32, I32, I32, I32],
            Self::DataDrop | Self::Size { .. } => &[I32],
            Self::Load { wide: false } => &[I32, I64, I32],
            Self::Load { wide: true } => &[I64, I64, I32],
            Self::Store { wide: false } | Self::Rmw { wide: false } => &[I32, I64, I64, I32],
            Self::Store { wide: true } | Self::Rmw { wide: true } => &[I64, I64, I64, I32],
            Self::CompareExchange { wide: false } => &[I32, I64, I64, I64, I32],
            Self::CompareExchange { wide: true } => &[I64, I64, I64, I64, I32],
            Self::Grow { wide: false } => &[I32, I32],
            Self::Grow { wide: true } => &[I64, I32],
            Self::Fill { wide: false } => &[I32, I32, I32, I32],
            Self::Fill { wide: true } => &[I64, I32, I64, I32],
            Self::Copy { to_wide: false, from_wide: false } => &[I32, I32, I32, I32, I32],
            Self::Copy { to_wide: false, from_wide: true } => &[I32, I64, I32, I32, I32],
            Self::Copy { to_wide: true, from_wide: false } => &[I64, I32, I32, I32, I32],
            Self::Copy { to_wide: true, from_wide: true } => &[I64, I64, I64, I32, I32],
        }
    }

    /// The types of the results, at most one.
    pub const fn results(self) -> &'static [ValueType] {
        match self {
            Self::Wait32 { .. } | Self::Wait64 { .. } | Self::Notify { .. } => &[ValueType::I32],
            Self::Load { .. } | Self::Rmw { .. } | Self::CompareExchange { .. } => {
                &[ValueType::I64]
            }
            Self::TableGrow { wide, .. } | Self::Size { wide } | Self::Grow { wide } => {
                if wide {
                    &[ValueType::I64]
                } else {
                    &[ValueType::I32]
                }
            }
            Self::Unaligned
            | Self::MemoryInit { .. }
            | Self::DataDrop
            | Self::Store { .. }
            | Self::Fill { .. }
            | Self::Copy { .. } => &[],
        }
    }
}
