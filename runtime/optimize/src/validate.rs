//! What the engines take for valid: the interpreter validates with the same library.

use wasmparser::{BinaryReaderError, Validator, WasmFeatures};

/// The proposals that engines know.
fn features() -> WasmFeatures {
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
        | WasmFeatures::THREADS
        | WasmFeatures::CUSTOM_PAGE_SIZES;
    features.set(WasmFeatures::MEMORY64, cfg!(feature = "memory64"));
    features.set(WasmFeatures::SIMD, cfg!(feature = "simd"));
    features.set(WasmFeatures::RELAXED_SIMD, cfg!(feature = "simd"));
    features
}

/// Validates a module.
pub(crate) fn validate(module: &[u8]) -> Result<(), BinaryReaderError> {
    Validator::new_with_features(features()).validate_all(module).map(drop)
}
