//! What the engines take for valid, by the library that their validation is compared with, and that says more of what
//! is wrong.

use alloc::{borrow::ToOwned, string::String};
use core::fmt;
use wasmparser::{BinaryReaderError, Validator, WasmFeatures};

/// A module is malformed or invalid, or uses a proposal that no engine knows.
///
/// ```
/// use vellum_prepare::validate;
///
/// let module = wat::parse_str("(module (func (result i32)))").unwrap();
/// let error = validate(&module, true).unwrap_err();
/// // The end of the function.
/// assert_eq!(error.offset, 24);
/// assert!(error.to_string().starts_with("byte 24: type mismatch"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The byte of the module where the fault was found.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.message)
    }
}

impl core::error::Error for Invalid {}

impl From<BinaryReaderError> for Invalid {
    fn from(error: BinaryReaderError) -> Self {
        Self { offset: error.offset(), message: error.message().to_owned() }
    }
}

/// Validates a module as an engine does, with threads or without, before it is prepared.
///
/// # Errors
///
/// Where it is not valid, and why.
///
/// ```
/// use vellum_prepare::validate;
///
/// let module = wat::parse_str("(module (memory 1 1 shared))").unwrap();
/// assert!(validate(&module, true).is_ok() && validate(&module, false).is_err());
/// ```
pub fn validate(module: &[u8], threads: bool) -> Result<(), Invalid> {
    let mut validator = Validator::new_with_features(features(threads));
    Ok(validator.validate_all(module).map(drop)?)
}

/// The proposals that engines know.
fn features(threads: bool) -> WasmFeatures {
    let mut features = WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::GC_TYPES
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::FLOATS
        | WasmFeatures::CUSTOM_PAGE_SIZES;
    features.set(WasmFeatures::THREADS, threads);
    features.set(WasmFeatures::MEMORY64, cfg!(feature = "memory64"));
    features.set(WasmFeatures::SIMD, cfg!(feature = "simd"));
    features.set(WasmFeatures::RELAXED_SIMD, cfg!(feature = "simd"));
    features
}
