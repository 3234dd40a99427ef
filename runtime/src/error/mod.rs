//! The one error type at the runtime's edge.

pub(crate) mod convert;
pub(crate) mod limit;
pub(crate) mod suspended;
pub(crate) mod trap;

use crate::types::FuncType;
use alloc::boxed::Box;
use core::fmt;
use limit::Limit;
use limit::LimitExceeded;
use suspended::Suspended;
use trap::Trap;
use vellum_memory::{AccessError, MemoryError, OutOfPages, TypeError, WaitError, WouldDeadlock};

/// An error of the embedder's own, carried through a guest.
pub type HostError = Box<dyn core::error::Error + Send + Sync>;

/// Everything that can go wrong between an embedder and its guests.
///
/// `Display` gives one line that names what happened and, where it is known, where.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The module is malformed, or not valid under the features of the engine.
    InvalidModule {
        /// Byte of the module's input at which the fault was found; none of a function that is
        /// validated at its first call.
        offset: Option<usize>,
        /// What was found.
        message: Box<str>,
    },
    /// The guest trapped.
    Trap(Trap),
    /// The guest used up its fuel.
    OutOfFuel,
    /// The page pool has no run that is long enough.
    OutOfPages(OutOfPages),
    /// The heap has too little room for what is asked.
    OutOfHeap {
        /// Bytes needed; 0 where the interpreter ran out and does not say.
        needed: usize,
        /// Bytes free, as [`Config::heap_free`](crate::Config::heap_free) told.
        free: usize,
    },
    /// A limit of the engine or the store was exceeded.
    LimitExceeded(LimitExceeded),
    /// The module imports what nobody defined.
    UnknownImport {
        /// The import's module name.
        module: Box<str>,
        /// The import's own name.
        name: Box<str>,
    },
    /// The module imports what is defined with another type.
    IncompatibleImport {
        /// The import's module name.
        module: Box<str>,
        /// The import's own name.
        name: Box<str>,
    },
    /// The instance exports nothing of that name and kind.
    UnknownExport(Box<str>),
    /// Arguments, results or a typed view that do not match the function's type, given here.
    WrongArguments(FuncType),
    /// A handle was used with a store that it does not belong to.
    WrongStore,
    /// A module or a linker was used with an engine that it does not belong to, or a memory of another
    /// engine is imported by a module that was not loaded by
    /// [`Module::with_locked`](crate::Module::with_locked).
    WrongEngine,
    /// A value does not have the type of the global or table it is written to, or the global is
    /// not mutable.
    WrongType,
    /// The host reached outside a memory.
    Access(AccessError),
    /// A memory type that the specification does not allow, or a memory that cannot grow so far:
    /// past its maximum, or past the pages reserved for it.
    Memory(MemoryError),
    /// The host reached outside a table, or asked it to grow too far.
    TableOutOfBounds,
    /// The engine has no page pool, or its configuration contradicts itself.
    Config(&'static str),
    /// The name is defined in this linker already.
    DuplicateDefinition {
        /// The definition's module name.
        module: Box<str>,
        /// The definition's own name.
        name: Box<str>,
    },
    /// The lock of the engine's world, or of a shared memory, is held by who asks for it: inside a
    /// host function the store is reached through its [`Caller`](crate::Caller). Or it can't be had in
    /// bounded time by one who holds that of another world, or a guest waits where nobody else could go
    /// on.
    WouldDeadlock,
    /// The mailbox is attached to a shared memory already.
    AlreadyAttached,
    /// A guest waits, without a time limit, for what nobody is left to do.
    Deadlock,
    /// No error: a host function returns it to suspend its guest, made by [`Error::suspend`].
    Suspended(Suspended),
    /// The guest ended its program with this code, where 0 means success.
    Exit(i32),
    /// An error of a host function.
    Host(HostError),
}

impl Error {
    /// Wraps an error of the embedder's own, to return it from a host function.
    pub fn host(error: impl Into<HostError>) -> Self {
        Self::Host(error.into())
    }

    /// The embedder's own error, if this is one and has type `E`.
    pub fn downcast_ref<E: core::error::Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::Host(error) => error.downcast_ref(),
            _ => None,
        }
    }

    pub(crate) fn limit(limit: Limit, maximum: u64, found: u64) -> Self {
        Self::LimitExceeded(LimitExceeded { limit, maximum, found })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidModule { offset: Some(offset), message } => {
                write!(f, "invalid module: byte {offset}: {message}")
            }
            Self::InvalidModule { offset: None, message } => {
                write!(f, "invalid module: {message}")
            }
            Self::Trap(trap) => trap.fmt(f),
            Self::OutOfFuel => f.write_str("out of fuel"),
            Self::OutOfPages(error) => error.fmt(f),
            Self::OutOfHeap { needed: 0, .. } => f.write_str("out of heap"),
            Self::OutOfHeap { needed, free } => {
                write!(f, "out of heap: needs {needed} bytes, {free} free")
            }
            Self::LimitExceeded(error) => error.fmt(f),
            Self::UnknownImport { module, name } => {
                write!(f, "unknown import: {module:?}.{name:?}")
            }
            Self::IncompatibleImport { module, name } => {
                write!(f, "incompatible import: {module:?}.{name:?}")
            }
            Self::UnknownExport(name) => write!(f, "unknown export: {name:?}"),
            Self::WrongArguments(ty) => write!(f, "wrong arguments: {ty}"),
            Self::WrongStore => f.write_str("wrong store: the handle belongs to another store"),
            Self::WrongEngine => {
                f.write_str("wrong engine: the module or memory belongs to another engine")
            }
            Self::WrongType => f.write_str("wrong type: the value or mutability does not match"),
            Self::Access(error) => error.fmt(f),
            Self::Memory(error) => error.fmt(f),
            Self::TableOutOfBounds => f.write_str("out of bounds table access"),
            Self::Config(message) => write!(f, "configuration: {message}"),
            Self::DuplicateDefinition { module, name } => {
                write!(f, "duplicate definition: {module:?}.{name:?}")
            }
            Self::WouldDeadlock => {
                f.write_str("would deadlock: who asks for the lock holds it, or another")
            }
            Self::AlreadyAttached => f.write_str("the mailbox is attached to a memory already"),
            Self::Deadlock => f.write_str("deadlock: nobody is left to end the wait"),
            Self::Suspended(_) => f.write_str("suspended: no call is there to be resumed"),
            Self::Exit(code) => write!(f, "exit code {code}"),
            Self::Host(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}

impl From<Trap> for Error {
    fn from(trap: Trap) -> Self {
        Self::Trap(trap)
    }
}

impl From<OutOfPages> for Error {
    fn from(error: OutOfPages) -> Self {
        Self::OutOfPages(error)
    }
}

impl From<AccessError> for Error {
    fn from(error: AccessError) -> Self {
        Self::Access(error)
    }
}

impl From<TypeError> for Error {
    fn from(error: TypeError) -> Self {
        Self::Memory(error.into())
    }
}

impl From<MemoryError> for Error {
    fn from(error: MemoryError) -> Self {
        match error {
            MemoryError::OutOfPages(error) => Self::OutOfPages(error),
            error => Self::Memory(error),
        }
    }
}

impl From<WouldDeadlock> for Error {
    fn from(_: WouldDeadlock) -> Self {
        Self::WouldDeadlock
    }
}

impl From<WaitError> for Error {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::QueueFull { capacity } => {
                let maximum = capacity as u64;
                Self::limit(Limit::Waiters, maximum, maximum.saturating_add(1))
            }
            _ => Self::Config("the wait has ended"),
        }
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Error {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{}", defmt::Display2Format(self));
    }
}
