//! Why a guest can't be embedded.

use std::path::PathBuf;
use std::{error, fmt, io};
use vellum_prepare::PrepareError;

/// Why a guest can't be embedded.
///
/// ```
/// use vellum_build::{Error, Guest};
///
/// let missing = Guest::new("guests/missing.wasm").prepare().unwrap_err();
/// assert!(matches!(missing, Error::Io { .. }));
/// assert!(missing.to_string().starts_with("guests/missing.wasm: "));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file can't be read or written.
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file is no module.
    Invalid {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        error: PrepareError,
    },
    /// A file is no module in the text format, or a module in the text format without the feature `wat`.
    Text {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A guest takes more than it may.
    OverBudget {
        /// The file.
        file: PathBuf,
        /// What it takes, and what it may.
        message: String,
    },
    /// What cargo says to build scripts is not there.
    NotInBuildScript,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { file, error } => write!(f, "{}: {error}", file.display()),
            Self::Invalid { file, error } => {
                write!(f, "{}: invalid module: {error}", file.display())
            }
            Self::Text { file, message } => {
                write!(f, "{}: invalid module: {message}", file.display())
            }
            Self::OverBudget { file, message } => {
                write!(f, "{}: over budget: {message}", file.display())
            }
            Self::NotInBuildScript => f.write_str("OUT_DIR is not set: not in a build script"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            Self::Invalid { error, .. } => Some(error),
            Self::Text { .. } | Self::OverBudget { .. } | Self::NotInBuildScript => None,
        }
    }
}
