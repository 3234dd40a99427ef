//! Immediates and operands of instructions that are replaced.

use super::*;
use crate::modules::{FEATURES, validate_as};
use wasmparser::WasmFeatures;

#[test]
fn immediates_of_atomics() {
    let threads = Options::new().threads(true);
    let refused = |code: &[u8], what: &str| {
        let message = refusal_with(&body(code), &threads);
        assert!(message.contains(what), "{code:?}: {message}");
    };
    let natural = "atomic instructions must always specify maximum alignment";
    // Loads, stores, a fence and a notification with another alignment than the natural one.
    refused(&[0x41, 0, 0xfe, 0x10, 1, 0, 0x1a], natural);
    refused(&[0x41, 0, 0xfe, 0x10, 3, 0, 0x1a], natural);
    refused(&[0x41, 0, 0xfe, 0x12, 1, 0, 0x1a], natural);
    refused(&[0x41, 0, 0x41, 0, 0xfe, 0x17, 0, 0], natural);
    refused(&[0x41, 0, 0x41, 0, 0xfe, 0x00, 0, 0, 0x1a], natural);
    refused(&[0x41, 0, 0xfe, 0x10, 0x40 | 2, 1, 0, 0x1a], "unknown memory");
    refused(&[0x41, 0, 0xfe, 0x10, 0x80 | 2, 1, 0, 0x1a], "alignment too large");
    refused(&[0xfe, 0x03, 1], "nonzero byte");
    assert_eq!(validate(&body(&[0x41, 0, 0xfe, 0x10, 2, 0, 0x1a])), Ok(()));
    // An offset that does not fit the addresses of the memory.
    let far = body(&[0x41, 0, 0xfe, 0x10, 2, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1a]);
    let error = prepare(&far, &threads).expect_err("the offset is too large");
    assert!(error.to_string().contains("offset out of range"), "{error}");
}

/// Operators of unsupported proposals that have lists, which may be long, are refused by the pass, at
/// the byte of the module itself where the validator refuses them.
#[test]
fn lists_of_unsupported_proposals() {
    let of = |operator: &[u8], entry: [u8; 2], entries: usize| {
        let list = [operator, &[entries as u8 | 0x80, 0], &entry.repeat(entries)].concat();
        let code = [&[0][..], &list, &[0x0b, 0x0b]].concat();
        let entry = [&[1, code.len() as u8 | 0x80, (code.len() >> 7) as u8], &code[..]].concat();
        let size = [10, entry.len() as u8 | 0x80, (entry.len() >> 7) as u8];
        let before = sections(&[(1, &[1, 0x60, 0, 0]), (3, &[1, 0]), (5, &[1, 0, 1])]);
        [&before[..], &size, &entry].concat()
    };
    for (operator, entry) in
        [(&[0x1f, 0x40][..], [2, 0]), (&[0xe3, 0], [1, 0]), (&[0xe4, 0, 0], [1, 0])]
    {
        for entries in [1, 64, 65] {
            let module = of(operator, entry, entries);
            let (at, message) = validate(&module).expect_err("it is not supported");
            assert!(message.ends_with("support is not enabled"), "{message}");
            let error = prepare(&module, &Options::new()).expect_err("it is not supported");
            assert_eq!(error, PrepareError::Invalid { offset: at, message: message.into() });
        }
    }
}

/// What takes the place of an atomic instruction has operands of the same types.
#[test]
fn operands_of_atomics() {
    let threads = Options::new().threads(true);
    for body in [
        "(drop (i32.atomic.load (i64.const 0)))",
        "(i32.atomic.store (i32.const 0) (i64.const 0))",
        "(i64.atomic.store8 (i32.const 0) (i32.const 0))",
        "(drop (i32.atomic.rmw.add (i32.const 0) (f32.const 0)))",
        "(drop (i64.atomic.rmw.add (i64.const 0) (i64.const 0)))",
        "(drop (i32.atomic.rmw.cmpxchg (i32.const 0) (i64.const 0) (i32.const 0)))",
        "(drop (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i64.const 0)))",
        "(drop (i64.add (i64.const 0) (i32.atomic.load (i32.const 0))))",
        "(drop (memory.atomic.notify (i32.const 0) (i64.const 0)))",
        "(drop (memory.atomic.wait32 (i32.const 0) (i64.const 0) (i64.const 0)))",
        "(drop (memory.atomic.wait64 (i32.const 0) (i32.const 0) (i64.const 0)))",
        "(drop (memory.atomic.wait64 (i32.const 0) (i64.const 0) (i32.const 0)))",
        "(drop (i32.atomic.load))",
        "(i32.atomic.load (i32.const 0))",
        "(drop (table.grow 0 (ref.null extern) (i32.const 0)))",
        "(drop (table.grow 0 (ref.null func) (i64.const 0)))",
    ] {
        let module = wasm(&format!("(module (memory 1 1 shared) (table 1 funcref) (func {body}))"));
        assert!(validate(&module).is_err(), "{body}");
        let prepared = prepare(&module, &threads).expect("the code shows that it is invalid");
        assert!(validate(&prepared.code).is_err(), "{body}");
    }
}

/// The immediates of accesses to locked memories, which the code does not show.
#[test]
fn immediates_of_locked_accesses() {
    let locked = Options::new().threads(true).locked(vec![0]);
    let refused = |code: &[u8], what: &str| {
        let message = refusal_with(&body(code), &locked);
        assert!(message.contains(what), "{code:?}: {message}");
    };
    let natural = "alignment must not be larger than natural";
    refused(&[0x41, 0, 0x28, 3, 0, 0x1a], natural);
    refused(&[0x41, 0, 0x2d, 1, 0, 0x1a], natural);
    refused(&[0x41, 0, 0x42, 0, 0x37, 4, 0], natural);
    let exactly = "atomic instructions must always specify maximum alignment";
    refused(&[0x41, 0, 0xfe, 0x10, 1, 0, 0x1a], exactly);
    let far = &[0x41, 0, 0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1a];
    refused(far, "offset out of range");
    refused(&[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 0, 1], "unknown memory");
    refused(&[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 1, 0], "unknown memory");
    for valid in [&[0x41, 0, 0x28, 0, 0, 0x1a][..], &[0x41, 0, 0x29, 3, 0, 0x1a]] {
        assert_eq!(validate(&body(valid)), Ok(()));
        let module = body(valid);
        let prepared = prepare(&module, &locked).expect("a valid module");
        assert_eq!(validate(&prepared.code), Ok(()));
    }
    // Where the code shows it.
    for code in [
        &[0x41, 0, 0x28, 0x42, 1, 0, 0x1a][..],
        &[0x3f, 1, 0x1a],
        &[0x41, 0, 0x40, 1, 0x1a],
        &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 1],
    ] {
        let module = body(code);
        assert!(validate(&module).is_err());
        let prepared = prepare(&module, &locked).expect("the code shows that it is invalid");
        assert!(validate(&prepared.code).is_err(), "{code:?}");
    }
}

/// Without 64-bit memories an offset has five bytes at most, whatever its value.
#[test]
fn offsets_that_are_too_long() {
    let long = [0x80, 0x80, 0x80, 0x80, 0x80, 0];
    let narrow = FEATURES.difference(WasmFeatures::MEMORY64);
    let options = Options::new().threads(true).locked(vec![0]);
    for (before, after) in [
        (&[0x41, 0, 0x28, 2][..], &[0x1a][..]),
        (&[0x41, 0, 0x41, 0, 0xfe, 0x00, 2], &[0x1a]),
        (&[0x41, 0, 0xfe, 0x10, 2], &[0x1a]),
    ] {
        let module = body(&[before, &long, after].concat());
        assert!(validate(&module).is_ok() && validate_as(&module, narrow).is_err());
        let lowered = prepare(&module, &options);
        assert_eq!(lowered.is_ok(), cfg!(feature = "memory64"), "{before:x?}");
    }
}

/// What takes the place of an access to a locked memory has operands of the same types.
#[test]
fn operands_of_locked_accesses() {
    let locked = Options::new().threads(true).locked(vec![0]);
    for body in [
        "(drop (i32.load (i64.const 0)))",
        "(drop (i32.load))",
        "(i32.store (i32.const 0) (i64.const 0))",
        "(i64.store8 (i32.const 0) (i32.const 0))",
        "(f32.store (i32.const 0) (f64.const 0))",
        "(f64.store (i32.const 0) (i64.const 0))",
        "(i64.store (i64.const 0) (i64.const 0))",
        "(drop (i32.add (f32.load (i32.const 0)) (i32.const 0)))",
        "(drop (i64.add (i32.load8_s (i32.const 0)) (i64.const 0)))",
        "(drop (i32.add (i64.load8_s (i32.const 0)) (i32.const 0)))",
        "(drop (i32.atomic.rmw.add (i32.const 0) (i64.const 0)))",
        "(drop (i32.atomic.rmw.cmpxchg (i32.const 0) (i64.const 0) (i32.const 0)))",
        "(drop (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i64.const 0)))",
        "(drop (i64.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i64.const 0)))",
        "(drop (memory.grow (i64.const 0)))",
        "(drop (i64.add (memory.size) (i64.const 0)))",
        "(memory.fill (i32.const 0) (i64.const 0) (i32.const 0))",
        "(memory.copy (i32.const 0) (i32.const 0) (i64.const 0))",
    ] {
        let module = wasm(&format!("(module (memory 1 1 shared) (func {body}))"));
        assert!(validate(&module).is_err(), "{body}");
        let prepared = prepare(&module, &locked).expect("the code shows that it is invalid");
        assert!(validate(&prepared.code).is_err(), "{body}");
    }
}

#[cfg(feature = "simd")]
#[test]
fn vectors_do_not_reach_locked_memories() {
    let locked = Options::new().locked(vec![1]);
    for body in [
        "(drop (v128.load 1 (i32.const 0)))",
        "(v128.store 1 (i32.const 0) (v128.const i64x2 0 0))",
        "(drop (v128.load8x8_s 1 (i32.const 0)))",
        "(drop (v128.load64_splat 1 (i32.const 0)))",
        "(drop (v128.load32_zero 1 (i32.const 0)))",
        "(drop (v128.load64_zero 1 (i32.const 0)))",
        "(drop (v128.load8_lane 1 3 (i32.const 0) (v128.const i64x2 0 0)))",
        "(v128.store64_lane 1 1 (i32.const 0) (v128.const i64x2 0 0))",
    ] {
        let of = |body: &str| wasm(&format!("(module (memory 1) (memory 1) (func {body}))"));
        let module = of(body);
        let error = prepare(&module, &locked).expect_err("it can't be lowered");
        assert!(error.to_string().ends_with("vector access to a locked memory"), "{body}");
        let module = of(&body.replacen(" 1", "", 1));
        prepare(&module, &locked).unwrap_or_else(|error| panic!("{body}: {error}"));
    }
}
