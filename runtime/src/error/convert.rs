//! Turns the interpreter's errors into the runtime's.

use super::{Error, import::ImportMismatch, limit::Limit, trap::Trap};
use crate::types::func::FuncType;
use alloc::boxed::Box;
use core::{
    fmt,
    hash::{Hash as _, Hasher},
    mem,
};
use spin::Mutex;
use vellum_memory::AccessError;
use wasmi::TrapCode;
use wasmi::errors::ErrorKind;
use wasmi_core::{MemoryError, TableError};

/// An error of the runtime on its way out through the interpreter, which hands it back borrowed.
struct Carried(Mutex<Option<Error>>);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error of the host")
    }
}

/// Written by hand: what is derived for all errors would be in every image, as the interpreter can
/// ask for it.
impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl wasmi::errors::HostError for Carried {}

/// Wraps an error that a host function returns to its guest's caller. A suspension is none, and its
/// world knows what for: what stands for it carries nothing.
pub(crate) fn carry(error: Error) -> wasmi::Error {
    match error {
        Error::Suspended => wasmi::Error::i32_exit(0),
        error => wasmi::Error::host(Carried(Mutex::new(Some(error)))),
    }
}

/// Stands for an error of the runtime that does not go through the interpreter.
#[cfg(feature = "compartments")]
#[derive(Debug)]
struct KeptOutside;

#[cfg(feature = "compartments")]
impl fmt::Display for KeptOutside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error of the host")
    }
}

#[cfg(feature = "compartments")]
impl wasmi::errors::HostError for KeptOutside {}

/// Stands for an error that the guest's compartment keeps.
#[cfg(feature = "compartments")]
pub(crate) fn kept() -> wasmi::Error {
    wasmi::Error::host(KeptOutside)
}

/// Whether the guest's compartment keeps the error.
#[cfg(feature = "compartments")]
pub(crate) fn is_kept(error: &wasmi::Error) -> bool {
    error.downcast_ref::<KeptOutside>().is_some()
}

/// Converts an error of a call. Of a function that turns out to be invalid at its first call the
/// interpreter only knows the byte of the function.
pub(crate) fn call(error: &wasmi::Error) -> Error {
    self::error(error, |_| None)
}

/// Converts `error`; `origin` maps a byte of what the interpreter was given to the byte of the
/// embedder's module that it stems from, if that can be told.
pub(crate) fn error(error: &wasmi::Error, origin: impl Fn(usize) -> Option<usize>) -> Error {
    if let Some(Carried(slot)) = error.downcast_ref() {
        return slot.lock().take().unwrap_or(Error::Internal("the error was taken before"));
    }
    match error.kind() {
        ErrorKind::TrapCode(code) => trap(*code),
        // What `carry` makes of it. The exits of guests are carried.
        ErrorKind::I32ExitStatus(_) => Error::Suspended,
        ErrorKind::Wasm(error) => {
            Error::InvalidModule { offset: origin(error.offset()), message: error.message().into() }
        }
        ErrorKind::Memory(MemoryError::OutOfSystemMemory)
        | ErrorKind::Table(TableError::OutOfSystemMemory) => {
            Error::OutOfHeap { needed: 0, free: 0 }
        }
        ErrorKind::Memory(MemoryError::ResourceLimiterDeniedAllocation)
        | ErrorKind::Table(TableError::ResourceLimiterDeniedAllocation) => {
            Error::limit(Limit::TableElements, 0, 0)
        }
        ErrorKind::Table(TableError::OutOfFuel { .. })
        | ErrorKind::Memory(MemoryError::OutOfFuel { .. })
        | ErrorKind::Fuel(_)
        | ErrorKind::ResumableOutOfFuel(_) => Error::OutOfFuel,
        ErrorKind::Table(TableError::ElementTypeMismatch) => Error::WrongType,
        ErrorKind::Table(_) => Trap::TableOutOfBounds.into(),
        ErrorKind::Memory(_) => Trap::MemoryOutOfBounds.into(),
        ErrorKind::Instantiation(error) => instantiation(error),
        ErrorKind::Translation(error) if is_out_of_heap(error) => {
            Error::OutOfHeap { needed: 0, free: 0 }
        }
        ErrorKind::Translation(_)
        | ErrorKind::UserLimits(_)
        | ErrorKind::ImplementationLimits(_)
        | ErrorKind::Ir(_) => Error::limit(Limit::Interpreter, 0, 0),
        // Nothing that the runtime asks of the interpreter ends here. Its own text would pull all
        // of its formatting into the firmware.
        _ => Error::Internal("the interpreter failed for a reason of its own"),
    }
}

/// The trap of a guest that reached outside its memory, or beside a value.
pub(crate) fn access(error: AccessError) -> Error {
    match error {
        AccessError::Misaligned { .. } => Trap::UnalignedAtomic.into(),
        _ => Trap::MemoryOutOfBounds.into(),
    }
}

/// Whether an error of the interpreter's translator says that the heap has no room for the code. Its
/// type is not public: what tells its variants apart is their number.
fn is_out_of_heap<E>(error: &E) -> bool {
    const OUT_OF_SYSTEM_MEMORY: isize = 16;
    let mut number = Number(None);
    mem::discriminant(error).hash(&mut number);
    number.0 == Some(OUT_OF_SYSTEM_MEMORY)
}

/// The number of a variant, which it is hashed by.
struct Number(Option<isize>);

impl Hasher for Number {
    fn write(&mut self, _: &[u8]) {}

    fn write_isize(&mut self, number: isize) {
        self.0 = Some(number);
    }

    fn finish(&self) -> u64 {
        0
    }
}

fn trap(code: TrapCode) -> Error {
    let trap = match code {
        TrapCode::UnreachableCodeReached => Trap::Unreachable,
        TrapCode::MemoryOutOfBounds => Trap::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds => Trap::TableOutOfBounds,
        TrapCode::IndirectCallToNull => Trap::UninitializedElement,
        TrapCode::IntegerDivisionByZero => Trap::IntegerDivideByZero,
        TrapCode::IntegerOverflow => Trap::IntegerOverflow,
        TrapCode::BadConversionToInteger => Trap::InvalidConversion,
        TrapCode::StackOverflow => Trap::CallStackExhausted,
        TrapCode::BadSignature => Trap::IndirectCallTypeMismatch,
        TrapCode::OutOfFuel => return Error::OutOfFuel,
        TrapCode::OutOfSystemMemory => return Error::OutOfHeap { needed: 0, free: 0 },
        TrapCode::GrowthOperationLimited => return Error::limit(Limit::TableElements, 0, 0),
    };
    Error::Trap(trap)
}

fn instantiation(error: &wasmi::errors::InstantiationError) -> Error {
    use wasmi::errors::InstantiationError as Fault;
    match error {
        Fault::ImportTypeMismatch { name, .. }
        | Fault::GlobalTypeMismatch { name, .. }
        | Fault::TableTypeMismatch { name, .. }
        | Fault::MemoryTypeMismatch { name, .. } => {
            let (module, name) = (name.module().into(), name.name().into());
            Error::IncompatibleImport { module, name, mismatch: ImportMismatch::Type }
        }
        Fault::FuncTypeMismatch { name, expected, actual } => {
            let (module, name) = (name.module().into(), name.name().into());
            let own = |ty| Box::new(FuncType::from_wasmi(ty));
            let mismatch = ImportMismatch::Func { expected: own(expected), found: own(actual) };
            Error::IncompatibleImport { module, name, mismatch }
        }
        Fault::ElementSegmentDoesNotFit { .. } => Trap::TableOutOfBounds.into(),
        Fault::TooManyInstances => Error::limit(Limit::Instances, 0, 0),
        Fault::TooManyTables => Error::limit(Limit::Tables, 0, 0),
        Fault::TooManyMemories => Error::limit(Limit::Memories, 0, 0),
        Fault::FailedToInstantiateTable(TableError::ResourceLimiterDeniedAllocation) => {
            Error::limit(Limit::TableElements, 0, 0)
        }
        Fault::FailedToInstantiateTable(_) | Fault::FailedToInstantiateMemory(_) => {
            Error::OutOfHeap { needed: 0, free: 0 }
        }
        Fault::MismatchedNumberOfImports { .. } | Fault::UnexpectedStartFn { .. } => {
            Error::Internal("the interpreter's module has other imports")
        }
    }
}
