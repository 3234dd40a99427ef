//! What can be wrong with a module.

use super::value;
use alloc::{borrow::Cow, string::String};

/// What can be wrong with a module. One byte, so that a result of most steps fits a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Fault {
    UnexpectedEnd,
    TooLong,
    TooLarge,
    IllegalOpcode,
    Simd,
    Threads,
    Gc,
    GcType,
    Exceptions,
    FunctionReferences,
    StackSwitching,
    WideArithmetic,
    Trailing,
    Utf8,
    StringTooLong,
    ValueType,
    FunctionType,
    LimitsFlags,
    MinimumAboveMaximum,
    MemoryTooLarge,
    PageSize,
    Shared,
    SharedWithoutMaximum,
    Memory64,
    Mutability,
    ExternalKind,
    TableInitializer,
    SegmentFlags,
    ElementKind,
    Counts,
    Parameters,
    Results,
    CodeCount,
    DataCount,
    DataCountMissing,
    DuplicateExport,
    StartFunction,
    NotConstant,
    UnknownType,
    UnknownFunction,
    UnknownTable,
    UnknownMemory,
    UnknownGlobal,
    UnknownLocal,
    UnknownLabel,
    UnknownElement,
    UnknownData,
    ImmutableGlobal,
    UndeclaredReference,
    Locals,
    Alignment,
    AlignmentTooLarge,
    AtomicAlignment,
    Fence,
    Offset,
    ElseWithoutIf,
    EndMissing,
    BehindEnd,
    Targets,
    TooManyTargets,
    SelectTypes,
    SelectArity,
    NotAFunctionTable,
    #[cfg(feature = "simd")]
    Lane,
    /// Of two types that are told beside it.
    Operand,
    ValuesLeft,
    TypeMismatch,
    TailCall,
    OutOfMemory,
}

/// Two types that differ, or one that nothing was found for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mismatch {
    pub(super) expected: u8,
    pub(super) found: u8,
}

impl Fault {
    pub(super) fn message(self, mismatch: Mismatch) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::UnexpectedEnd => "unexpected end",
            Self::TooLong => "integer representation too long",
            Self::TooLarge => "integer too large",
            Self::IllegalOpcode => "illegal opcode",
            Self::Simd => "SIMD support is not enabled",
            Self::Threads => "threads support is not enabled",
            Self::Gc => "gc support is not enabled",
            Self::GcType => "types not supported without the gc feature",
            Self::Exceptions => "exceptions support is not enabled",
            Self::FunctionReferences => "function references support is not enabled",
            Self::StackSwitching => "stack switching support is not enabled",
            Self::WideArithmetic => "wide arithmetic support is not enabled",
            Self::Trailing => "section size mismatch: unexpected data",
            Self::Utf8 => "malformed UTF-8 encoding",
            Self::StringTooLong => "string size out of bounds",
            Self::ValueType => "malformed value type",
            Self::FunctionType => "invalid function type",
            Self::LimitsFlags => "invalid limits flags",
            Self::MinimumAboveMaximum => "size minimum must not be greater than maximum",
            Self::MemoryTooLarge => "memory size must be at most 4 GiB",
            Self::PageSize => "invalid custom page size",
            Self::Shared => "threads must be enabled for shared memories",
            Self::SharedWithoutMaximum => "shared memory must have maximum size",
            Self::Memory64 => "memory64 must be enabled for 64-bit memories and tables",
            Self::Mutability => "malformed mutability",
            Self::ExternalKind => "malformed import or export kind",
            Self::TableInitializer => "initializers of tables are not enabled",
            Self::SegmentFlags => "invalid flags byte in segment",
            Self::ElementKind => "only functions are supported in an element segment",
            Self::Counts => "too many items",
            Self::Parameters => "function params size is out of bounds",
            Self::Results => "function returns size is out of bounds",
            Self::CodeCount => "function and code section have inconsistent lengths",
            Self::DataCount => "data count and data section have inconsistent lengths",
            Self::DataCountMissing => "data count section required",
            Self::DuplicateExport => "duplicate export name",
            Self::StartFunction => "invalid start function type",
            Self::NotConstant => "constant expression required",
            Self::UnknownType => "unknown type: type index out of bounds",
            Self::UnknownFunction => "unknown function: function index out of bounds",
            Self::UnknownTable => "unknown table: table index out of bounds",
            Self::UnknownMemory => "unknown memory: memory index out of bounds",
            Self::UnknownGlobal => "unknown global: global index out of bounds",
            Self::UnknownLocal => "unknown local: local index out of bounds",
            Self::UnknownLabel => "unknown label: branch depth too large",
            Self::UnknownElement => "unknown elem segment: segment index out of bounds",
            Self::UnknownData => "unknown data segment",
            Self::ImmutableGlobal => "global is immutable: cannot modify it with `global.set`",
            Self::UndeclaredReference => "undeclared function reference",
            Self::Locals => "too many locals: locals exceed maximum",
            Self::Alignment => "alignment must not be larger than natural",
            Self::AlignmentTooLarge => "malformed memop alignment: alignment too large",
            Self::AtomicAlignment => "atomic instructions must always specify maximum alignment",
            Self::Fence => "nonzero byte after `atomic.fence`",
            Self::Offset => "offset out of range: must be <= 2**32",
            Self::ElseWithoutIf => "else found outside of an `if` block",
            Self::EndMissing => "control frames remain at end of function: END opcode expected",
            Self::BehindEnd => "operators remaining after end of function",
            Self::Targets => "type mismatch: br_table target labels have different number of types",
            Self::TooManyTargets => "br_table size is out of bounds",
            Self::SelectTypes => "type mismatch: select only takes two equal numbers",
            Self::SelectArity => "invalid result arity",
            Self::NotAFunctionTable => {
                "type mismatch: indirect calls must go through a table of functions"
            }
            #[cfg(feature = "simd")]
            Self::Lane => "SIMD index out of bounds",
            Self::Operand => return mismatch.message(),
            Self::ValuesLeft => "type mismatch: values remaining on stack at end of block",
            Self::TypeMismatch => "type mismatch",
            Self::TailCall => "tail calls support is not enabled",
            Self::OutOfMemory => "out of memory",
        })
    }
}

impl Mismatch {
    fn message(self) -> Cow<'static, str> {
        if self.expected == value::BOTTOM {
            return Cow::Borrowed("type mismatch: nothing on stack");
        }
        let mut text = String::from("type mismatch: expected ");
        text.push_str(value::name(self.expected));
        if self.found == value::BOTTOM {
            text.push_str(" but nothing on stack");
        } else {
            text.push_str(", found ");
            text.push_str(value::name(self.found));
        }
        Cow::Owned(text)
    }
}
