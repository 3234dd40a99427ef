//! Why a module could not be instrumented.

use std::fmt;
use vellum_prepare::Invalid;
use wasm_encoder::reencode;

/// Why a module could not be instrumented, or its symbols not be read.
///
/// ```
/// use vellum_instrument::{InstrumentError, InstrumentOptions, instrument};
///
/// let error = instrument(b"\0asm\x02\0\0\0", &InstrumentOptions::new()).unwrap_err();
/// assert!(matches!(error, InstrumentError::Invalid { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstrumentError {
    /// The module is malformed or invalid, or uses a proposal that no engine knows.
    Invalid {
        /// The byte of the module where the fault was found.
        offset: u64,
        /// What is wrong there.
        message: String,
    },
    /// The module is prepared already. It is to be instrumented first.
    Prepared,
    /// The module imports or exports something by a name that only instrumented modules and modules in
    /// parts may use. It may be one of these.
    Reserved {
        /// The name.
        name: String,
    },
    /// What is added to the module does not fit the limits of an engine.
    Limit {
        /// Which limit.
        message: String,
    },
    /// The module has 4 GiB or more.
    TooLarge,
    /// The debug information can't be read.
    Dwarf {
        /// What is wrong with it.
        message: String,
    },
}

impl fmt::Display for InstrumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { offset, message } => write!(f, "byte {offset}: {message}"),
            Self::Prepared => f.write_str(
                "the module is prepared already: instrument the original, then prepare it",
            ),
            Self::Reserved { name } => {
                write!(f, "the name {name:?} is reserved for instrumented modules")
            }
            Self::Limit { message } => write!(f, "what is added exceeds a limit: {message}"),
            Self::TooLarge => f.write_str("the module has 4 GiB or more"),
            Self::Dwarf { message } => write!(f, "the debug information can't be read: {message}"),
        }
    }
}

impl std::error::Error for InstrumentError {}

impl From<Invalid> for InstrumentError {
    fn from(Invalid { offset, message }: Invalid) -> Self {
        Self::Invalid { offset: offset as u64, message }
    }
}

impl From<parser::Error> for InstrumentError {
    fn from(error: parser::Error) -> Self {
        Self::Invalid { offset: error.offset(), message: error.message().to_owned() }
    }
}

impl From<reencode::Error> for InstrumentError {
    fn from(error: reencode::Error) -> Self {
        match error {
            reencode::Error::ParseError(error) => error.into(),
            other => Self::Invalid { offset: 0, message: other.to_string() },
        }
    }
}

impl From<reencode::Error<Self>> for InstrumentError {
    fn from(error: reencode::Error<Self>) -> Self {
        match error {
            reencode::Error::UserError(error) => error,
            reencode::Error::ParseError(error) => error.into(),
            other => Self::Invalid { offset: 0, message: other.to_string() },
        }
    }
}
