//! Validation alone.

use super::settings::{MOST_TABLES, rng, tables};
use vellum_prepare::{PrepareError, Proposals, validate_code};
use wasmparser::{Validator, WasmFeatures};

/// Whether the bytes are a valid module.
pub(super) fn run(data: &[u8]) -> bool {
    let mut rng = rng(data);
    agrees(data, Proposals { threads: rng.bool(), tail_calls: rng.u8(..4) > 0 })
}

/// Whether the bytes are a valid module, with these proposals.
pub(super) fn agrees(data: &[u8], proposals: Proposals) -> bool {
    let mut features = crate::programs::features();
    features.set(WasmFeatures::THREADS, proposals.threads);
    features.set(WasmFeatures::TAIL_CALL, proposals.tail_calls);
    let theirs = Validator::new_with_features(features).validate_all(data);
    match (validate_code(data, proposals), theirs) {
        (Ok(_), Ok(_)) => true,
        (Ok(_), Err(error)) => panic!("{proposals:?}: an invalid module is valid: {error}"),
        (Err(error), Ok(_)) => {
            assert!(
                tables(data) > MOST_TABLES,
                "{proposals:?}: a valid module is invalid: {error}"
            );
            false
        }
        (Err(error), Err(_)) => {
            let PrepareError::Invalid { offset, .. } = error else { panic!("{error}") };
            assert!(offset <= data.len(), "{error}");
            false
        }
    }
}
