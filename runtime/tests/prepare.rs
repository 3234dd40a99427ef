//! The module pass on ordinary modules.

use std::borrow::Cow;
use vellum::prepare::{DataSegment, Offset, Prepared, lower, prepare};
use wasmparser::{Validator, WasmFeatures};

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is a module")
}

fn assert_valid(module: &[u8]) {
    let features = WasmFeatures::all();
    if let Err(error) = Validator::new_with_features(features).validate_all(module) {
        panic!("{error}");
    }
}

fn lowered(module: &[u8]) -> Prepared<'_> {
    assert_valid(module);
    let prepared = lower(module).expect("a valid module is lowered");
    assert_valid(&prepared.code);
    prepared
}

#[test]
fn everything_that_changes() {
    let module = wasm(
        r#"(module
            (import "env" "base" (global $base i32))
            (import "env" "memory" (memory $imported 1 2))
            (memory $own (export "own") 3)
            (global (mut i64) (i64.const 5))
            (data (memory $own) (i32.const 8) "constant")
            (data $passive "passive")
            (data (memory $imported) (offset (global.get $base)) "computed")
            (func $start (memory.init $own $passive (i32.const 0) (i32.const 0) (i32.const 1)))
            (start $start))"#,
    );
    let prepared = lowered(&module);
    assert!(prepared.start);
    assert_eq!(prepared.memories.len(), 2);
    assert!(prepared.memories[0].imported);
    assert_eq!(prepared.memories[0].ty.maximum(), Some(2));
    assert!(!prepared.memories[1].imported);
    assert_eq!(prepared.memories[1].ty.minimum(), 3);
    let [first, second] = &prepared.data[..] else { panic!("{:?}", prepared.data) };
    assert_eq!((first.memory, first.offset), (1, Offset::Const(8)));
    assert_eq!(&module[first.bytes.clone()], b"constant");
    assert_eq!((second.memory, second.offset), (0, Offset::Global(0)));
    assert_eq!(&module[second.bytes.clone()], b"computed");
}

#[test]
fn nothing_to_change_is_borrowed() {
    let module = wasm(r#"(module (func (export "f")) (@custom "x" "y"))"#);
    let prepared = lowered(&module);
    assert!(matches!(prepared.code, Cow::Borrowed(code) if code == module));
    assert!(!prepared.start);
    assert_eq!(prepared.memories, []);
    assert_eq!(prepared.data, Vec::<DataSegment>::new());
}

#[test]
fn prepared_ahead_of_time_is_the_same() {
    let module = wasm(r#"(module (memory 1) (data (i32.const 8) "page") (func $f) (start $f))"#);
    let ahead = prepare(&module).expect("a valid module is prepared");
    let (direct, again) = (lowered(&module), lowered(&ahead));
    assert!(matches!(again.code, Cow::Borrowed(_)));
    assert!(again.code.starts_with(&direct.code));
    assert_eq!(direct.memories, again.memories);
    assert_eq!(direct.sizes, again.sizes);
    assert_eq!((direct.start, direct.names), (again.start, again.names));
    assert_eq!(&ahead[again.data[0].bytes.clone()], b"page");
    assert_eq!(prepare(&ahead).expect("a prepared module is prepared"), ahead);
}
