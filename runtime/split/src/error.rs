//! Why a module could not be split.

use std::fmt;
use vellum_prepare::{Invalid, PrepareError};
use wasm_encoder::reencode;

/// Why a module could not be split.
///
/// ```
/// use vellum_split::{SplitError, SplitOptions, split};
///
/// let error = split(b"\0asm\x02\0\0\0", &SplitOptions::new()).unwrap_err();
/// assert!(matches!(error, SplitError::Invalid { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SplitError {
    /// The module is malformed or invalid, or uses a proposal that no engine without threads knows.
    Invalid {
        /// The byte of the module where the fault was found.
        offset: u64,
        /// What is wrong there.
        message: String,
    },
    /// The module is prepared already. It is to be split first.
    Prepared,
    /// The module imports or exports something by a name that only modules in parts may use. It may be
    /// split already.
    Reserved {
        /// The name.
        name: String,
    },
    /// There would be more parts than can be numbered.
    TooManyParts {
        /// How many.
        parts: usize,
    },
    /// What is added to the module does not fit the limits of an engine.
    Limit {
        /// Which limit.
        message: String,
    },
    /// The parts take more bytes than a module may have.
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// The main module or a part could not be prepared.
    Prepare(PrepareError),
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { offset, message } => write!(f, "byte {offset}: {message}"),
            Self::Prepared => {
                f.write_str("the module is prepared already: split the original, then prepare it")
            }
            Self::Reserved { name } => {
                write!(f, "the name {name:?} is reserved for modules in parts")
            }
            Self::TooManyParts { parts } => write!(f, "{parts} parts, more than can be numbered"),
            Self::Limit { message } => write!(f, "what is added exceeds a limit: {message}"),
            Self::TooLarge { bytes } => {
                write!(f, "parts of {bytes} bytes, more than a module may have")
            }
            Self::Prepare(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for SplitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Prepare(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Invalid> for SplitError {
    fn from(Invalid { offset, message }: Invalid) -> Self {
        Self::Invalid { offset: offset as u64, message }
    }
}

impl From<parser::Error> for SplitError {
    fn from(error: parser::Error) -> Self {
        Self::Invalid { offset: error.offset(), message: error.message().to_owned() }
    }
}

impl From<reencode::Error> for SplitError {
    fn from(error: reencode::Error) -> Self {
        match error {
            reencode::Error::ParseError(error) => error.into(),
            other => Self::Invalid { offset: 0, message: other.to_string() },
        }
    }
}

impl From<PrepareError> for SplitError {
    fn from(error: PrepareError) -> Self {
        Self::Prepare(error)
    }
}
