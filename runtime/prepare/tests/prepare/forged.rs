//! Modules that say they were prepared ahead of time.

use crate::modules::{MODULES, wasm};
use vellum_prepare::{Options, PrepareError, prepare, prepare_to_vec};

const VERSION: u8 = 5;

/// A custom section with the name of ours.
fn section(payload: &[u8]) -> Vec<u8> {
    [&[0, 11 + payload.len() as u8], &b"\x06vellum\0vpm"[..], payload].concat()
}

/// What the section says, each vector with its length.
fn payload(flags: u8, memories: &[u8], helpers: &[u8], data: &[u8]) -> Vec<u8> {
    [&[VERSION, 0, flags, memories.len() as u8], memories, helpers, data].concat()
}

/// What the section says of one imported memory that is locked and begins with this many pages.
fn locked(flags: u8, minimum: u8) -> Vec<u8> {
    const LOCKED_IMPORT: u8 = 5;
    [&[VERSION, 0, flags, 1, LOCKED_IMPORT, minimum], NONE, NONE].concat()
}

/// Lowers a module that says so.
fn forged(text: &str, payload: &[u8]) -> Result<String, String> {
    let mut module = wasm(text);
    module.extend(section(payload));
    let prepared = prepare_to_vec(&module, &Options::new());
    match prepare(&module, &Options::new()) {
        Ok(lowered) => {
            assert_eq!(prepared.as_deref(), Ok(&module[..]));
            Ok(format!("{:?} {:?} {:?}", lowered.memories, lowered.data, lowered.helpers))
        }
        Err(error) => {
            assert_eq!(prepared, Err(error.clone()));
            assert!(matches!(error, PrepareError::Invalid { .. }));
            Err(error.to_string())
        }
    }
}

fn accepted(text: &str, payload: &[u8]) -> String {
    forged(text, payload).unwrap_or_else(|error| panic!("{text} {payload:?}: {error}"))
}

fn refused(text: &str, payload: &[u8], why: &str) {
    let error = forged(text, payload);
    let error = error.expect_err(&format!("{text} {payload:?} is a lie"));
    assert!(error.contains(why), "{text} {payload:?}: {error}");
}

const MEMORY: &str = r#"(module (import "vellum" "0" (memory 1)))"#;
const OTHER: &str = r#"(module (import "env" "m" (memory 1)))"#;
const DISAGREES: &str = "does not agree with what it stores";
const NONE: &[u8] = &[0];

#[test]
fn versions_and_lengths() {
    accepted(MEMORY, &payload(0, &[0], NONE, NONE));
    let whole = payload(0, &[0], NONE, NONE);
    for length in 0..whole.len() {
        refused(MEMORY, &whole[..length], "unexpected end");
    }
    refused(MEMORY, &[&whole[..], &[0]].concat(), "unexpected data");
    refused(MEMORY, &[&[1], &whole[1..]].concat(), "another version");
    refused(MEMORY, &[&[4], &whole[1..]].concat(), "another version");
    refused(MEMORY, &[&[6], &whole[1..]].concat(), "another version");
    accepted(MEMORY, &payload(4, &[0], NONE, NONE));
    refused(MEMORY, &payload(8, &[0], NONE, NONE), "malformed flags");
}

#[test]
fn memories() {
    accepted(MEMORY, &payload(0, &[1], NONE, NONE));
    accepted(OTHER, &payload(0, &[1], NONE, NONE));
    let bounded = r#"(module (import "env" "m" (memory 1 2)))"#;
    let accepted_locked = accepted(bounded, &locked(0, 2));
    assert!(accepted_locked.contains("locked: true"));
    assert!(accepted_locked.contains("minimum: 2"));
    refused(bounded, &locked(0, 3), "maximum");
    assert!(accepted(bounded, &payload(0, &[3], NONE, NONE)).contains("shared: true"));

    let number = "memories of prepared module do not agree";
    refused(MEMORY, &payload(0, &[], NONE, NONE), number);
    refused(MEMORY, &payload(0, &[0, 0], NONE, NONE), number);
    refused(MEMORY, &payload(0, &[8], NONE, NONE), "malformed memory");
    refused(MEMORY, &payload(0, &[2], NONE, NONE), "maximum");
    refused(OTHER, &payload(0, &[0], NONE, NONE), DISAGREES);
    let memories = "with memories, data or a start section";
    refused("(module (memory 1))", &payload(0, &[0], NONE, NONE), memories);
    let shared = r#"(module (import "vellum" "0" (memory 1 1 shared)))"#;
    refused(shared, &payload(0, &[2], NONE, NONE), memories);
    let two = r#"(module (import "vellum" "0" (memory 1)) (import "env" "m" (memory 1)))"#;
    refused(two, &payload(0, &[0, 1], NONE, NONE), "malformed memory");
}

#[test]
fn data() {
    let active = [1, 0, 0x41, 5, 0x0b, 1, b'x'];
    assert!(accepted(OTHER, &payload(0, &[1], NONE, &active)).contains("Const(5)"));
    assert!(accepted(OTHER, &payload(0, &[1], NONE, &[1, 1, 1, b'x'])).contains("active: None"));

    for data in [r#"(data (i32.const 0) "x")"#, r#"(data "x")"#, r#"(data "")"#] {
        let code = format!(r#"(module (import "env" "m" (memory 1)) {data})"#);
        refused(&code, &payload(0, &[1], NONE, &active), "with memories, data or a start section");
    }
    let short = [1, 0, 0x41, 5, 0x0b, 2, b'x'];
    refused(OTHER, &payload(0, &[1], NONE, &short), "length out of bounds");
    let unknown = [1, 2, 1, 0x41, 5, 0x0b, 1, b'x'];
    refused(OTHER, &payload(0, &[1], NONE, &unknown), "unknown memory");
    let many = [0xff, 0xff, 0xff, 0xff, 0x0f];
    refused(OTHER, &payload(0, &[1], NONE, &many), "unexpected end");
    let computed = [1, 0, 0x23, 0, 0x0b, 1, b'x'];
    refused(OTHER, &payload(0, &[1], NONE, &computed), DISAGREES);
}

#[test]
fn start_functions() {
    let start = r#"(module (func (export "vellum:0:start")))"#;
    accepted(start, &payload(1, &[], NONE, NONE));
    accepted(start, &payload(0, &[], NONE, NONE));
    let other = [&[VERSION, 1, 1, 0], NONE, NONE].concat();
    refused(start, &other, DISAGREES);
    let taking = r#"(module (func (export "vellum:0:start") (param i32)))"#;
    refused(taking, &payload(1, &[], NONE, NONE), "neither parameters nor results");
    refused("(module (func))", &payload(1, &[], NONE, NONE), DISAGREES);
    let own = "(module (func $f) (start $f))";
    refused(own, &payload(0, &[], NONE, NONE), "with memories, data or a start section");
    let memory = r#"(module (import "vellum" "0" (memory 0)) (func)
        (export "vellum:0:start" (memory 0)))"#;
    refused(memory, &payload(1, &[0], NONE, NONE), DISAGREES);
}

#[test]
fn offsets_of_data() {
    let global = |ty: &str, own: &str| {
        format!(
            r#"(module (import "env" "m" (memory 1)) (import "env" "g" (global {own}))
                (global (export "vellum:0:0") {ty} (global.get 0)))"#
        )
    };
    let computed = payload(0, &[1], NONE, &[1, 0, 0x23, 0, 0x0b, 1, b'x']);
    accepted(&global("i32", "i32"), &computed);
    refused(&global("i64", "i64"), &computed, DISAGREES);
    refused(&global("(mut i32)", "i32"), &computed, DISAGREES);
    let wrong = r#"(module (import "env" "m" (memory 1)) (import "env" "g" (global i32))
        (export "vellum:0:0" (global 0)) (global i32 (global.get 0)))"#;
    refused(wrong, &computed, DISAGREES);
}

#[test]
fn helpers() {
    const UNALIGNED: u8 = 3 << 2;
    const DATA_DROP: u8 = 6 << 2;
    const GROW_FUNCTIONS: u8 = 4 << 2;
    const GROW_EXTERNS: u8 = 4 << 2 | 2;
    let module = |types: &str, tables: &str, exports: &str| {
        format!("(module {types} (table 7 externref) {tables} {exports})")
    };
    let host = r#"(export "vellum:0:host" (table 1))"#;
    let of = |helpers: &[u8]| payload(2, &[], helpers, NONE);

    let unaligned = module("(type (func))", "(table 1 1 funcref)", host);
    assert!(accepted(&unaligned, &of(&[1, UNALIGNED])).contains("Unaligned"));
    let both = module("(type (func)) (type (func (param i32)))", "(table 2 2 funcref)", host);
    assert!(accepted(&both, &of(&[2, UNALIGNED, DATA_DROP])).contains("[Unaligned, DataDrop]"));

    refused(&both, &of(&[2, DATA_DROP, UNALIGNED]), DISAGREES);
    refused(&both, &of(&[1, DATA_DROP]), DISAGREES);
    refused(&both, &of(&[2, UNALIGNED, UNALIGNED]), "a helper twice");
    refused(&both, &of(&[2, UNALIGNED, UNALIGNED | 1]), "malformed helper");
    refused(&both, &of(&[2, UNALIGNED, DATA_DROP | 2]), "malformed helper");
    refused(&both, &of(&[2, UNALIGNED, 15 << 2]), "malformed helper");
    refused(&both, &of(&[0xff, 0xff, 0xff, 0xff, 0x0f]), "more helpers than there are");
    refused(&both, &of(&[0x81, 1]), "more helpers than there are");
    refused(&both, &of(&[0x80, 1]), "unexpected end");
    for (types, tables, exports) in [
        ("", "(table 1 1 funcref)", host),
        ("(type (func (param i32)))", "(table 1 1 funcref)", host),
        ("(type (func)) (type (func (param i32)))", "(table 1 1 funcref)", host),
        ("(type (func))", "", ""),
        ("(type (func))", "", r#"(export "vellum:0:host" (table 0))"#),
        ("(type (func))", "(table 2 2 funcref)", host),
        ("(type (func))", "(table 1 2 funcref)", host),
        ("(type (func))", "(table 1 funcref)", host),
        ("(type (func))", "(table 1 1 externref)", host),
        ("(type (func))", "(table i64 1 1 funcref)", host),
        ("(type (func))", "(table 1 1 funcref)", ""),
        ("(type (func))", "(table 1 1 funcref)", r#"(export "vellum:1:host" (table 1))"#),
        ("(type (func))", "(table 1 1 funcref)", r#"(export "vellum:0:host" (table 0))"#),
    ] {
        refused(&module(types, tables, exports), &of(&[1, UNALIGNED]), DISAGREES);
    }

    let grows = module(
        "(type (func (param externref i32) (result i32)))",
        "(table 1 1 funcref)",
        r#"(export "vellum:0:host" (table 1)) (export "vellum:0:table0" (table 0))"#,
    );
    assert!(accepted(&grows, &of(&[1, GROW_EXTERNS, 0])).contains("TableGrow { table: 0"));
    // Another table, one that is not there, the table of helpers, another type, another width.
    for helper in [
        [1, GROW_EXTERNS, 1],
        [1, GROW_EXTERNS, 2],
        [1, GROW_FUNCTIONS, 0],
        [1, GROW_FUNCTIONS, 1],
        [1, GROW_EXTERNS | 1, 0],
    ] {
        refused(&grows, &of(&helper), DISAGREES);
    }
}

#[test]
fn what_the_options_ask_for() {
    let refused = |options: &Options, memories: &[u8], why: &str| {
        let mut module = wasm(OTHER);
        module.extend(section(&payload(0, memories, NONE, NONE)));
        let error = prepare(&module, options).expect_err("it was prepared otherwise");
        assert!(error.to_string().ends_with(why), "{error}");
        assert_eq!(prepare_to_vec(&module, options), Err(error));
    };
    refused(&Options::new().threads(true), &[1], "prepared without threads");
    refused(&Options::new().locked(vec![0]), &[1], "prepared without locked access");
    let mut module = wasm(OTHER);
    module.extend(section(&locked(2, 1)));
    let options = Options::new().threads(true).locked(vec![0, 7]);
    assert!(prepare(&module, &options).is_ok_and(|module| module.memories[0].locked));
}

/// Code for threads never has the interpreter's `table.grow`, whatever the section says.
#[test]
fn tables_do_not_grow_natively_with_threads() {
    let options = Options::new().threads(true);
    let of = |body: &str| {
        let mut module = wasm(&format!("(module (table 1 funcref) (func nop) (func {body}))"));
        module.extend(section(&payload(2, &[], NONE, NONE)));
        module
    };
    let module = of("(drop (table.grow (ref.null func) (i32.const 1)))");
    let error = prepare(&module, &options).expect_err("it can't be resumed");
    assert_eq!(error.to_string(), "byte 38: table.grow in a module prepared for threads");
    assert_eq!(module[38..40], [0xfc, 15]);
    assert_eq!(prepare_to_vec(&module, &options), Err(error));
    assert!(prepare(&module, &Options::new()).is_ok());
    let constant = of("(drop (i32.const 0x7fc))");
    prepare(&constant, &options).expect("it grows nothing");
}

/// A section of that name may be of anyone.
#[test]
fn sections_of_others() {
    for payload in [&b""[..], b"\0vp", b"\x01\0vpm\x03", b"settings"] {
        let mut module = wasm("(module (memory 1))");
        let plain = prepare(&module, &Options::new()).expect("a valid module").code.into_owned();
        module.extend([0, 7 + payload.len() as u8]);
        module.extend([&b"\x06vellum"[..], payload].concat());
        let lowered = prepare(&module, &Options::new())
            .unwrap_or_else(|error| panic!("{payload:?}: {error}"));
        assert_eq!(*lowered.code, plain);
        let ahead = prepare_to_vec(&module, &Options::new()).expect("it can be prepared");
        assert_eq!(prepare(&ahead, &Options::new()).map(|lowered| lowered.memories.len()), Ok(1));
    }
}

#[test]
fn two_sections_are_refused() {
    let mut ahead =
        prepare_to_vec(&wasm("(module (memory 1))"), &Options::new()).expect("a valid module");
    ahead.extend(section(&payload(0, &[0], NONE, NONE)));
    let error = prepare(&ahead, &Options::new()).expect_err("one is one too many");
    assert!(error.to_string().contains("prepared twice"));
}

/// Whatever byte is changed in what the pass appended, nothing panics.
#[test]
fn every_byte_changed() {
    for text in MODULES {
        let options = Options::new().threads(true);
        let ahead = prepare_to_vec(&wasm(text), &options).expect("a valid module");
        for at in 8..ahead.len() {
            for byte in [0, 1, 2, 4, 0x10, 0x7f, 0x80, 0xff] {
                let mut module = ahead.clone();
                module[at] = byte;
                if let Ok(prepared) = prepare(&module, &options) {
                    let data = &prepared.data;
                    assert!(data.iter().all(|data| module.get(data.bytes.clone()).is_some()));
                }
            }
        }
    }
}
