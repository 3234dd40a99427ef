//! Why a module could not be optimized.

use std::fmt;
use vellum_prepare::Invalid;
use wasm_encoder::reencode;

/// Why a module could not be optimized.
///
/// ```
/// use vellum_optimize::{OptimizeError, OptimizeOptions, optimize};
///
/// let error = optimize(b"\0asm\x02\0\0\0", &OptimizeOptions::new()).unwrap_err();
/// assert!(matches!(error, OptimizeError::Invalid { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptimizeError {
    /// The module is malformed or invalid, or uses a proposal that no engine knows.
    Invalid {
        /// The byte of the module where the fault was found.
        offset: u64,
        /// What is wrong there.
        message: String,
    },
    /// The module is prepared already. It is to be optimized first.
    Prepared,
    /// What the module becomes exceeds a limit of engines.
    Limit {
        /// Which limit.
        message: String,
    },
}

impl fmt::Display for OptimizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { offset, message } => write!(f, "byte {offset}: {message}"),
            Self::Prepared => f.write_str(
                "the module is prepared already: optimize the original, then prepare it",
            ),
            Self::Limit { message } => write!(f, "what it becomes exceeds a limit: {message}"),
        }
    }
}

impl std::error::Error for OptimizeError {}

impl From<Invalid> for OptimizeError {
    fn from(Invalid { offset, message }: Invalid) -> Self {
        Self::Invalid { offset: offset as u64, message }
    }
}

impl From<parser::Error> for OptimizeError {
    fn from(error: parser::Error) -> Self {
        Self::Invalid { offset: error.offset(), message: error.message().to_owned() }
    }
}

impl From<reencode::Error> for OptimizeError {
    fn from(error: reencode::Error) -> Self {
        match error {
            reencode::Error::ParseError(error) => error.into(),
            other => Self::Invalid { offset: 0, message: other.to_string() },
        }
    }
}
