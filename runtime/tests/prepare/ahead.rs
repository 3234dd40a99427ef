//! Modules prepared ahead of time.

use crate::modules::{MODULES, validate, wasm};
use std::borrow::Cow;
use vellum::prepare::{PrepareError, Prepared, lower, prepare};

fn lowered(module: &[u8]) -> Prepared<'_> {
    lower(module).unwrap_or_else(|error| panic!("{error}"))
}

fn data<'a>(prepared: &Prepared<'_>, module: &'a [u8]) -> Vec<(u32, String, &'a [u8])> {
    let text = |data: &vellum::prepare::DataSegment| format!("{:?}", data.offset);
    prepared
        .data
        .iter()
        .map(|data| (data.memory, text(data), &module[data.bytes.clone()]))
        .collect()
}

#[test]
fn lowering_finds_the_same() {
    for text in MODULES {
        let module = wasm(text);
        let ahead = prepare(&module).unwrap_or_else(|error| panic!("{text}: {error}"));
        let (direct, again) = (lowered(&module), lowered(&ahead));
        assert_eq!(validate(&ahead), Ok(()), "{text}");
        assert!(matches!(again.code, Cow::Borrowed(_)), "{text}");
        if matches!(direct.code, Cow::Owned(_)) {
            assert!(again.code.starts_with(&direct.code), "{text}");
        }
        assert_eq!(direct.memories, again.memories, "{text}");
        assert_eq!(direct.sizes, again.sizes, "{text}");
        assert_eq!((direct.start, direct.names), (again.start, again.names), "{text}");
        assert_eq!(data(&direct, &module), data(&again, &ahead), "{text}");
    }
}

#[test]
fn preparing_again_changes_nothing() {
    for text in MODULES {
        let ahead = prepare(&wasm(text)).expect("a valid module");
        assert_eq!(prepare(&ahead).expect("a prepared module"), ahead, "{text}");
    }
}

#[test]
fn custom_sections_are_dropped() {
    let module = wasm(r#"(module (func (export "f")) (@custom "x" "y"))"#);
    assert_eq!(prepare(&module).expect("a valid module"), wasm(r#"(module (func (export "f")))"#));
}

#[test]
fn sections_added_later_do_no_harm() {
    let module = wasm(r#"(module (memory 1) (data (i32.const 8) "page"))"#);
    let mut ahead = prepare(&module).expect("a valid module");
    ahead.extend([0, 3, 1, b'x', 7]);
    let again = lowered(&ahead);
    assert_eq!(data(&again, &ahead), data(&lowered(&module), &module));
}

/// A custom section with the name of ours.
fn section(payload: &[u8]) -> Vec<u8> {
    let mut section = vec![0, 7 + payload.len() as u8, 6];
    section.extend(b"vellum");
    section.extend(payload);
    section
}

fn forged(text: &str, payload: &[u8]) -> Result<String, String> {
    let mut module = wasm(text);
    module.extend(section(payload));
    let prepared = prepare(&module);
    match lower(&module) {
        Ok(lowered) => {
            assert_eq!(prepared.as_deref(), Ok(&module[..]));
            Ok(format!("{:?} {:?}", lowered.memories, lowered.data))
        }
        Err(error) => {
            assert_eq!(prepared, Err(error.clone()));
            assert!(matches!(error, PrepareError::Invalid { .. }));
            Err(error.to_string())
        }
    }
}

#[test]
fn a_forged_section_is_refused() {
    const VERSION: u8 = 1;
    let memory = r#"(module (import "vellum" "0" (memory 1)))"#;
    let other = r#"(module (import "env" "m" (memory 1)))"#;
    let start = r#"(module (func (export "vellum:0:start")))"#;
    let taking = r#"(module (func (export "vellum:0:start") (param i32)))"#;
    let global = |ty: &str| {
        format!(
            r#"(module (import "env" "m" (memory 1)) (import "env" "g" (global {ty}))
                (global (export "vellum:0:0") {ty} (global.get 0)))"#
        )
    };
    let computed: &[u8] = &[VERSION, 0, 0, 1, 1, 1, 0, 0x23, 0, 0x0b, 1, b'x'];

    for (text, payload) in [
        (memory, &[VERSION, 0, 0, 1, 0, 0][..]),
        (memory, &[VERSION, 0, 0, 1, 1, 0]),
        (memory, &[VERSION, 0, 0, 1, 0, 1, 0, 0x41, 5, 0x0b, 1, b'x']),
        (other, &[VERSION, 0, 0, 1, 1, 0]),
        (start, &[VERSION, 0, 1, 0, 0]),
        (start, &[VERSION, 0, 0, 0, 0]),
        (&global("i32"), computed),
    ] {
        forged(text, payload).unwrap_or_else(|error| panic!("{text} {payload:?}: {error}"));
    }

    for (text, payload) in [
        // Of another version, or cut short, or too long.
        (memory, &[][..]),
        (memory, &[2, 0, 0, 1, 0, 0]),
        (memory, &[VERSION, 0, 0, 1, 0]),
        (memory, &[VERSION, 0, 0, 1, 0, 0, 0]),
        (memory, &[VERSION, 0, 2, 1, 0, 0]),
        // Memories that are not those of the code.
        (memory, &[VERSION, 0, 0, 0, 0]),
        (memory, &[VERSION, 0, 0, 2, 0, 0, 0]),
        (memory, &[VERSION, 0, 0, 1, 4, 0]),
        (memory, &[VERSION, 0, 0, 1, 2, 0]),
        (other, &[VERSION, 0, 0, 1, 0, 0]),
        (r#"(module (memory 1))"#, &[VERSION, 0, 0, 1, 0, 0]),
        (r#"(module (import "vellum" "0" (memory 1 1 shared)))"#, &[VERSION, 0, 0, 1, 2, 0]),
        (
            r#"(module (import "vellum" "0" (memory 1)) (import "env" "m" (memory 1)))"#,
            &[VERSION, 0, 0, 2, 0, 1, 0],
        ),
        // Active data in the code, or data that can't be.
        (
            r#"(module (import "vellum" "0" (memory 1)) (data (i32.const 0) "x"))"#,
            &[VERSION, 0, 0, 1, 0, 0],
        ),
        (memory, &[VERSION, 0, 0, 1, 0, 1, 1, 1, b'x']),
        (memory, &[VERSION, 0, 0, 1, 0, 1, 0, 0x41, 5, 0x0b, 2, b'x']),
        (memory, &[VERSION, 0, 0, 1, 0, 1, 2, 1, 0x41, 5, 0x0b, 1, b'x']),
        (memory, &[VERSION, 0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f]),
        (memory, &[VERSION, 0, 0, 1, 0, 1, 0, 0x23, 0, 0x0b, 1, b'x']),
        // A start function that is none.
        (start, &[VERSION, 1, 1, 0, 0]),
        (taking, &[VERSION, 0, 1, 0, 0]),
        ("(module (func))", &[VERSION, 0, 1, 0, 0]),
        ("(module (func $f) (start $f))", &[VERSION, 0, 0, 0, 0]),
        (r#"(module (memory (export "vellum:0:start") 0))"#, &[VERSION, 0, 1, 1, 0, 0]),
        // A global of the wrong type for an offset.
        (&global("i64"), computed),
        (
            r#"(module (import "env" "m" (memory 1)) (import "env" "g" (global i32))
                (global (export "vellum:0:0") (mut i32) (global.get 0)))"#,
            computed,
        ),
        (
            r#"(module (import "env" "m" (memory 1))
                (import "env" "g" (global i32))
                (export "vellum:0:0" (global 0)) (global i32 (global.get 0)))"#,
            computed,
        ),
    ] {
        let result = forged(text, payload);
        assert!(result.is_err(), "{text} {payload:?}: {result:?}");
    }
}

#[test]
fn two_sections_are_refused() {
    let mut ahead = prepare(&wasm("(module (memory 1))")).expect("a valid module");
    ahead.extend(section(&[1, 0, 0, 0, 0]));
    assert!(lower(&ahead).is_err());
}
