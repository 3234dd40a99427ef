//! Why a check failed.

use core::fmt;

use vellum::Error;

/// Why a check failed.
#[derive(Debug)]
pub enum CheckFailure {
    /// What the runtime reports.
    Runtime(Error),
    /// Something else was seen than there should have been.
    Wrong {
        /// What was counted.
        what: &'static str,
        /// How many there were.
        found: u64,
        /// How many there should have been.
        expected: u64,
    },
    /// A guest waited until this many others had released the lock.
    Waited {
        /// How many there were.
        slices: usize,
        /// How many there may be.
        allowed: usize,
    },
}

impl CheckFailure {
    /// An error unless what was found is what was expected.
    pub(crate) fn unless_equal(
        what: &'static str,
        found: impl Into<u64>,
        expected: impl Into<u64>,
    ) -> Result<(), CheckFailure> {
        let (found, expected) = (found.into(), expected.into());
        if found == expected { Ok(()) } else { Err(CheckFailure::Wrong { what, found, expected }) }
    }
}

impl From<Error> for CheckFailure {
    fn from(error: Error) -> CheckFailure {
        CheckFailure::Runtime(error)
    }
}

impl fmt::Display for CheckFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckFailure::Runtime(error) => error.fmt(f),
            CheckFailure::Wrong { what, found, expected } => {
                write!(f, "wrong: {what}: {found} for {expected}")
            }
            CheckFailure::Waited { slices, allowed } => {
                write!(f, "unfair lock: one waited for {slices} slices, at most {allowed} allowed")
            }
        }
    }
}

impl core::error::Error for CheckFailure {}
