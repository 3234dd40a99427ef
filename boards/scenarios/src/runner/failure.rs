//! Why a job failed, in one line.

use alloc::{boxed::Box, string::String};
use core::fmt;

use vellum::{Error, Trap};

/// Why a job failed.
#[derive(Debug)]
pub enum Failure {
    /// What the runtime reports.
    Runtime(Error),
    /// What the runtime reports of a guest that was stopped while it was instantiated.
    Starting(Error),
    /// What the runtime reports of a guest that was stopped in the named function.
    Calling(Error, Box<str>),
    /// What the guest imports is unknown, or of another type: in one line.
    Unlinked(String),
    /// A job left pages or heap behind.
    Leak,
}

impl Failure {
    pub(super) fn starting(error: Error) -> Failure {
        match error {
            Error::Trap(_) | Error::OutOfFuel | Error::Exit(_) => Failure::Starting(error),
            error => Failure::Runtime(error),
        }
    }

    /// Whether it is that the guest has ended its program, with success.
    pub(super) fn is_success(&self) -> bool {
        matches!(self, Failure::Starting(Error::Exit(0)) | Failure::Calling(Error::Exit(0), _))
    }

    pub(super) fn calling(error: Error, function: &str) -> Failure {
        match error {
            Error::Trap(_) | Error::OutOfFuel | Error::Exit(_) => {
                Failure::Calling(error, function.into())
            }
            error => Failure::Runtime(error),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Runtime(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Runtime(error) => error.fmt(f),
            // A segment or the start function: the trap does not tell.
            Failure::Starting(Error::Trap(
                trap @ (Trap::MemoryOutOfBounds | Trap::TableOutOfBounds),
            )) => write!(f, "{trap}: instantiation"),
            Failure::Starting(error) => write!(f, "{error}: start function"),
            Failure::Calling(error, function) => write!(f, "{error}: {function:?}"),
            Failure::Unlinked(text) => f.write_str(text),
            Failure::Leak => f.write_str("leak: the job left pages or heap behind"),
        }
    }
}

impl core::error::Error for Failure {}
