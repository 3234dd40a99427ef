//! The module pass alone.

use super::settings::{Settings, rng, says_prepared};
use vellum_prepare::{Loading, Options, prepare, prepare_to_vec, shares_memory};
use wasmparser::{Validator, WasmFeatures};

/// Whether the pass took the bytes.
pub(super) fn run(data: &[u8]) -> bool {
    let settings = Settings::of(data);
    // Whatever it says of what is no module, it says.
    let _ = shares_memory(data);
    let mut options = Options::new().threads(settings.threads);
    let mut rng = rng(data);
    if rng.u8(..4) == 0 {
        options = options.locked(vec![rng.u32(..3)]).lock_shared(rng.bool());
    }
    let valid = settings.is_valid(data);
    let Ok(prepared) = prepare(data, &options) else {
        assert!(!valid || says_prepared(data), "{options:?}: a valid module is refused");
        return false;
    };
    for end in [0, prepared.code.len() / 2, prepared.code.len(), usize::MAX] {
        let _ = prepared.original_offset(end);
    }
    for number in 0..4 {
        let loading = Loading { fuel: number & 1 != 0, translates: number & 2 != 0, types: 1 };
        // Whatever the module says.
        prepared.stated_bound(loading);
        let bound = prepared.bound(loading);
        assert!(!valid || bound.is_ok(), "a valid module has no bound: {bound:?}");
    }
    assert!(!valid || prepared.instance_bound().is_ok(), "an instance has no bound");
    let mut features = crate::programs::features();
    features.set(WasmFeatures::THREADS, false);
    features.set(WasmFeatures::TAIL_CALL, !settings.threads);
    let stays = Validator::new_with_features(features).validate_all(&prepared.code);
    match &stays {
        Ok(_) => assert!(settings.may_be_valid(data), "{options:?}: becomes valid"),
        Err(error) => assert!(!valid, "{options:?}: becomes invalid: {error}"),
    }
    if valid {
        twice(data, &options);
    }
    true
}

/// Prepared ahead of time, a valid module is done with: again, and when it is loaded.
fn twice(data: &[u8], options: &Options) {
    let ahead = prepare_to_vec(data, options).expect("it was prepared already");
    let again = prepare_to_vec(&ahead, options).expect("it is prepared");
    assert!(again == ahead, "{options:?}: prepared twice, it is not the same");
    let prepared = prepare(&ahead, options).expect("it is prepared");
    assert!(*prepared.code == *ahead, "{options:?}: prepared ahead, it is not done");
}
