//! What is not split.

use crate::module;
use vellum_prepare::{Options, prepare_to_vec};
use vellum_split::{SplitError, SplitOptions, split};

fn refusal(text: &str) -> SplitError {
    split(&module(text), &SplitOptions::new()).unwrap_err()
}

#[test]
fn invalid_modules() {
    let error = split(b"\0asm\x01\0\0\0\x01", &SplitOptions::new()).unwrap_err();
    assert!(matches!(error, SplitError::Invalid { offset: 9, .. }), "{error:?}");
    let error = refusal("(module (func (result i32)))");
    assert!(error.to_string().contains("type mismatch"), "{error}");
    let component = b"\0asm\x0d\0\x01\0";
    assert!(matches!(split(component, &SplitOptions::new()), Err(SplitError::Invalid { .. })));
}

#[test]
fn proposals_that_engines_do_not_know() {
    let mut texts = vec![
        "(module (memory 1 1 shared))",
        "(module (type (struct)))",
        "(module (tag))",
        "(module (func (param i64) (result i64 i64) (i64.add128 (local.get 0) (local.get 0) (local.get 0) (local.get 0))))",
    ];
    if cfg!(not(feature = "memory64")) {
        texts.push("(module (memory i64 1))");
    }
    if cfg!(not(feature = "simd")) {
        texts.push("(module (func (param v128)))");
    }
    for text in texts {
        assert!(matches!(refusal(text), SplitError::Invalid { .. }), "{text}");
    }
}

#[test]
fn modules_in_parts() {
    let module = module(r#"(module (func (export "f") (long)))"#);
    let once = split(&module, &SplitOptions::new()).unwrap();
    let error = split(once.main(), &SplitOptions::new()).unwrap_err();
    assert_eq!(error, SplitError::Reserved { name: "vellum.parts".into() });
    let error = refusal(r#"(module (memory (export "vellum.parts.m0") 1))"#);
    assert_eq!(error, SplitError::Reserved { name: "vellum.parts.m0".into() });
}

#[test]
fn prepared_modules() {
    let module = module("(module (memory 1))");
    let prepared = prepare_to_vec(&module, &Options::new()).unwrap();
    assert_eq!(split(&prepared, &SplitOptions::new()), Err(SplitError::Prepared));
}

#[test]
fn modules_whose_tables_leave_no_room_for_one_more() {
    let tables = |count| format!("(module (func (long)) {})", "(table 0 funcref)".repeat(count));
    assert!(split(&module(&tables(99)), &SplitOptions::new()).is_ok());
    assert!(matches!(refusal(&tables(100)), SplitError::Limit { .. }));
}

#[test]
fn more_parts_than_can_be_numbered() {
    let functions = |count| format!("(module {})", "(func (long))".repeat(count));
    let options = SplitOptions::new().part_bytes(1);
    let error = split(&module(&functions(65_537)), &options).map(drop).unwrap_err();
    assert_eq!(error, SplitError::TooManyParts { parts: 65_537 });
    let most = split(&module(&functions(65_536)), &options).unwrap();
    assert_eq!(most.part_of().last(), Some(&u16::MAX));
}
