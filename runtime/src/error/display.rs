//! The line that an error shows.

use super::Error;
use core::fmt;
use vellum_memory::MemoryError;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidModule { offset, message } => {
                f.write_str("invalid module: ")?;
                if let Some(offset) = offset {
                    write!(f, "byte {offset}: ")?;
                }
                with(f, message, &remedy(message))
            }
            #[cfg(feature = "signed")]
            Self::Signature(error) => error.fmt(f),
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

/// What to do about a module that needs a proposal which is not there, told by the words of the
/// validator and of the module pass.
fn remedy(message: &str) -> &'static str {
    let starts = |text: &str| message.starts_with(text);
    if starts("SIMD ") || starts("unexpected SIMD ") {
        ": build the runtime with its feature \"simd\""
    } else if starts("memory64 ") {
        ": build the runtime with its feature \"memory64\""
    } else if starts("threads ") {
        ": build the runtime with its feature \"threads\""
    } else if starts("tail calls ") {
        ": engines with threads lack this proposal"
    } else if message.ends_with(" not enabled") || message.ends_with(" the gc feature") {
        ": the interpreter lacks this proposal"
    } else {
        ""
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

#[cfg(test)]
mod tests {
    use super::Error;
    use alloc::{format, string::ToString as _};

    #[test]
    fn a_proposal_that_is_not_there_comes_with_what_to_switch_on() {
        let feature = |name| format!(": build the runtime with its feature {name:?}");
        for (message, remedy) in [
            ("SIMD support is not enabled", feature("simd")),
            ("unexpected SIMD opcode: 0xfd", feature("simd")),
            ("memory64 must be enabled for 64-bit memories", feature("memory64")),
            ("threads must be enabled for shared memories", feature("threads")),
            ("threads are left out of this build", feature("threads")),
            ("gc support is not enabled", ": the interpreter lacks this proposal".into()),
            ("exceptions proposal not enabled", ": the interpreter lacks this proposal".into()),
            (
                "heap types not supported without the gc feature",
                ": the interpreter lacks this proposal".into(),
            ),
            (
                "tail calls support is not enabled",
                ": engines with threads lack this proposal".into(),
            ),
            ("type mismatch", "".into()),
        ] {
            for (offset, place) in [(None, ""), (Some(7), "byte 7: ")] {
                let error = Error::InvalidModule { offset, message: message.into() };
                assert_eq!(error.to_string(), format!("invalid module: {place}{message}{remedy}"));
            }
        }
    }
}
