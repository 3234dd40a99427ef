//! The proposals that a module uses.

use super::text::fault;
use wasmparser::{Validator, WasmFeatures};

/// A proposal, and where the boards' firmware has it.
pub(crate) struct Proposal {
    pub(crate) name: &'static str,
    feature: WasmFeatures,
    pub(crate) support: Support,
}

/// Where guests may use a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    /// On chips.
    Chips,
    /// On a PC, by a feature of the runtime.
    PcOnly,
    Nowhere,
}

impl Support {
    pub(crate) fn note(self) -> &'static str {
        match self {
            Self::Chips => "",
            Self::PcOnly => " (not on chips)",
            Self::Nowhere => " (not supported)",
        }
    }
}

const fn proposal(name: &'static str, feature: WasmFeatures, support: Support) -> Proposal {
    Proposal { name, feature, support }
}

use Support::{Chips, Nowhere, PcOnly};

/// In the order in which they came, with their names.
const PROPOSALS: [Proposal; 22] = [
    proposal("mutable-global", WasmFeatures::MUTABLE_GLOBAL, Chips),
    proposal("saturating-float-to-int", WasmFeatures::SATURATING_FLOAT_TO_INT, Chips),
    proposal("sign-extension", WasmFeatures::SIGN_EXTENSION, Chips),
    proposal("multi-value", WasmFeatures::MULTI_VALUE, Chips),
    proposal("bulk-memory", WasmFeatures::BULK_MEMORY, Chips),
    proposal("reference-types", WasmFeatures::REFERENCE_TYPES, Chips),
    proposal("simd", WasmFeatures::SIMD, PcOnly),
    proposal("relaxed-simd", WasmFeatures::RELAXED_SIMD, PcOnly),
    proposal("tail-call", WasmFeatures::TAIL_CALL, Chips),
    proposal("extended-const", WasmFeatures::EXTENDED_CONST, Chips),
    proposal("multi-memory", WasmFeatures::MULTI_MEMORY, Chips),
    proposal("memory64", WasmFeatures::MEMORY64, PcOnly),
    proposal("threads", WasmFeatures::THREADS, Chips),
    proposal("custom-page-sizes", WasmFeatures::CUSTOM_PAGE_SIZES, Chips),
    proposal("wide-arithmetic", WasmFeatures::WIDE_ARITHMETIC, Nowhere),
    proposal("exceptions", WasmFeatures::EXCEPTIONS, Nowhere),
    proposal("legacy-exceptions", WasmFeatures::LEGACY_EXCEPTIONS, Nowhere),
    proposal("function-references", WasmFeatures::FUNCTION_REFERENCES, Nowhere),
    proposal("gc", WasmFeatures::GC, Nowhere),
    proposal("memory-control", WasmFeatures::MEMORY_CONTROL, Nowhere),
    proposal("shared-everything-threads", WasmFeatures::SHARED_EVERYTHING_THREADS, Nowhere),
    proposal("stack-switching", WasmFeatures::STACK_SWITCHING, Nowhere),
];

/// All proposals, and what is no proposal.
fn all() -> WasmFeatures {
    PROPOSALS.iter().fold(WasmFeatures::MVP, |all, proposal| all | proposal.feature)
}

/// # Errors
///
/// What is not valid, and at which byte.
fn is_valid(binary: &[u8], features: WasmFeatures) -> Result<(), String> {
    let validated = Validator::new_with_features(features).validate_all(binary);
    validated.map(drop).map_err(|error| fault(&error))
}

/// Checks that a module is valid with the proposals that chips have, on an engine with threads or without.
///
/// # Errors
///
/// What is not valid, and at which byte.
pub(crate) fn runs_on_chips(binary: &[u8], threads: bool) -> Result<(), String> {
    let mut features = all();
    for proposal in PROPOSALS.iter().filter(|proposal| !matches!(proposal.support, Chips)) {
        features -= proposal.feature;
    }
    // Where threads take turns, a tail call to what suspends would be resumed in the wrong frame.
    features.set(WasmFeatures::TAIL_CALL, !threads);
    is_valid(binary, features)
}

/// The proposals without which the module is not valid.
///
/// # Errors
///
/// Why the module is not valid, whatever the proposals, and at which byte.
pub(crate) fn used(binary: &[u8]) -> Result<Vec<&'static Proposal>, String> {
    let mut features = all();
    is_valid(binary, features)?;
    // It has typed references to functions, too.
    if is_valid(binary, features - WasmFeatures::GC).is_ok() {
        features -= WasmFeatures::GC;
    }
    let needs = |it: &&Proposal| match it.feature {
        WasmFeatures::GC => features.contains(WasmFeatures::GC),
        feature => is_valid(binary, features - feature).is_err(),
    };
    Ok(PROPOSALS.iter().filter(needs).collect())
}

#[cfg(test)]
mod tests {
    use super::{Support, used};

    fn names(text: &str) -> Vec<&'static str> {
        used(&wat::parse_str(text).unwrap()).unwrap().iter().map(|it| it.name).collect()
    }

    #[test]
    fn each_proposal_is_found() {
        for (text, expected) in [
            ("(module (memory 1) (func (drop (i32.load (i32.const 0)))))", [].as_slice()),
            ("(module (global (export \"g\") (mut i32) (i32.const 0)))", &["mutable-global"]),
            ("(module (func (drop (i32.extend8_s (i32.const 0)))))", &["sign-extension"]),
            ("(module (func (result i32 i32) (i32.const 0) (i32.const 0)))", &["multi-value"]),
            (
                "(module (memory 1) (func
                    (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))",
                &["bulk-memory"],
            ),
            ("(module (func (param v128)))", &["simd"]),
            ("(module (func return_call 0))", &["tail-call"]),
            ("(module (memory 1) (memory 1))", &["multi-memory"]),
            ("(module (memory i64 1))", &["memory64"]),
            ("(module (memory 1 1 shared))", &["threads"]),
            ("(module (memory 1 1 (pagesize 1)))", &["custom-page-sizes"]),
            ("(module (tag))", &["exceptions"]),
            (
                "(module (func (param i64) (drop (drop (i64.mul_wide_u (local.get 0) (local.get 0))))))",
                &["wide-arithmetic"],
            ),
            ("(module (type (struct)))", &["gc"]),
            (
                "(module (type $f (func)) (func (param (ref $f))))",
                &["reference-types", "function-references"],
            ),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    /// The runtime's own list says the same.
    #[test]
    fn what_chips_have_is_what_engines_know() {
        for text in [
            "(module (func return_call 0))",
            "(module (memory 1) (memory 1 1 (pagesize 1)) (memory 1 1 shared))",
            "(module (func (param i64) (drop (drop (i64.mul_wide_u (local.get 0) (local.get 0))))))",
            "(module (type (struct)))",
            "(module (tag))",
            "(module (type $f (func)) (func (param (ref $f))))",
        ] {
            let binary = wat::parse_str(text).unwrap();
            let is_known = vellum_prepare::validate(&binary, true).is_ok();
            let used = used(&binary).unwrap();
            let is_on_chips = used.iter().all(|it| it.support == Support::Chips);
            assert_eq!(is_known, is_on_chips, "{text}");
        }
    }

    #[test]
    fn a_module_that_is_not_valid_is_told() {
        let text = "(module (func (result i32)))";
        let error = used(&wat::parse_str(text).unwrap()).err().unwrap();
        assert!(error.starts_with("byte ") && error.contains("type mismatch"), "{error}");
        assert!(used(b"text").is_err());
    }
}
