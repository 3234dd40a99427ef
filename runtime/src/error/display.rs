//! The line that an error shows.

use super::Error;
use core::fmt;
use vellum_memory::MemoryError;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidModule { offset: Some(offset), message } => {
                write!(f, "invalid module: byte {offset}: {message}")
            }
            Self::InvalidModule { offset: None, message } => with(f, "invalid module: ", message),
            Self::Trap(trap) => trap.fmt(f),
            Self::OutOfFuel => f.write_str("out of fuel"),
            #[cfg(feature = "interruption")]
            Self::Interrupted => f.write_str("interrupted"),
            #[cfg(feature = "interruption")]
            Self::DeadlineExceeded => f.write_str("deadline exceeded"),
            Self::OutOfPages(error) => error.fmt(f),
            Self::OutOfHeap { needed: 0, .. } => f.write_str("out of heap"),
            Self::OutOfHeap { needed, free } => {
                write!(f, "out of heap: needs {needed} bytes, {free} free")
            }
            Self::ModuleBytes => {
                f.write_str("the owner of the module's bytes gives fewer than before")
            }
            Self::LimitExceeded(error) => error.fmt(f),
            Self::UnknownImport { module, name } => path(f, "unknown import: ", module, name),
            Self::IncompatibleImport { module, name, mismatch } => {
                path(f, "incompatible import: ", module, name)?;
                with(f, ": ", mismatch)
            }
            Self::ImportCount { expected, found } => {
                write!(f, "wrong number of imports: expected {expected}, found {found}")
            }
            Self::UnknownExport(name) => write!(f, "unknown export: {name:?}"),
            Self::IncompatibleExport { name, expected, found } => {
                incompatible_export(f, name, expected, found)
            }
            Self::IncompatibleFunc { name, expected, found } => {
                incompatible_export(f, name, expected, found)
            }
            Self::WrongArguments(ty) => with(f, "wrong arguments: the function is ", ty),
            Self::WrongStore => f.write_str("wrong store: the handle belongs to another store"),
            Self::WrongEngine => {
                f.write_str("wrong engine: the module or linker belongs to another engine")
            }
            Self::WrongType => f.write_str("wrong type: the value does not match"),
            Self::ImmutableGlobal => f.write_str("immutable global: it can't be changed"),
            Self::Access(error) => error.fmt(f),
            Self::Memory(error) => {
                error.fmt(f)?;
                f.write_str(match error {
                    MemoryError::PastLease { .. } => {
                        ", by the declared maximum or Config::memory_reserve, \
                         and Config::memory_maximum at most"
                    }
                    _ => "",
                })
            }
            Self::TableOutOfBounds => f.write_str("out of bounds table access"),
            Self::CannotBorrow => f.write_str(
                "bytes can't be borrowed: take Store::lock first; another engine's are copied",
            ),
            Self::Config(error) => error.fmt(f),
            Self::DuplicateDefinition { module, name } => {
                path(f, "duplicate definition: ", module, name)
            }
            Self::WouldDeadlock => {
                f.write_str("would deadlock: the caller holds this lock, or another one")
            }
            Self::AlreadyAttached => f.write_str("the mailbox is already attached to a memory"),
            Self::Deadlock => {
                f.write_str("deadlock: a guest waits, and nothing is left to wake it")
            }
            Self::Suspended => f.write_str(
                "suspended: a host function returns later: use call_async or Config::threads",
            ),
            Self::Exit(code) => with(f, "exit code ", code),
            #[cfg(feature = "compartments")]
            Self::Compartment(error) => error.fmt(f),
            Self::Host(error) => error.fmt(f),
            Self::Internal(fault) => with(f, "internal error: ", fault),
        }
    }
}

/// The text, and then `value`.
fn with(f: &mut fmt::Formatter<'_>, text: &str, value: &dyn fmt::Display) -> fmt::Result {
    f.write_str(text)?;
    value.fmt(f)
}

/// The text, and then the two names of an import or a definition.
fn path(f: &mut fmt::Formatter<'_>, text: &str, module: &str, name: &str) -> fmt::Result {
    write!(f, "{text}{module:?}.{name:?}")
}

fn incompatible_export(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    expected: &dyn fmt::Display,
    found: &dyn fmt::Display,
) -> fmt::Result {
    write!(f, "incompatible export: {name:?}: expected {expected}, found {found}")
}

#[cfg(feature = "defmt")]
impl defmt::Format for Error {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{}", defmt::Display2Format(self));
    }
}
