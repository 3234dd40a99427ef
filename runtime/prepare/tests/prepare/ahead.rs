//! Modules prepared ahead of time.

use crate::modules::{MODULES, validate, wasm};
use std::borrow::Cow;
use vellum_prepare::{Active, Options, Prepared, prepare, prepare_to_vec};

fn lowered(module: &[u8]) -> Prepared<'_> {
    prepare(module, &Options::new()).unwrap_or_else(|error| panic!("{error}"))
}

fn data<'a>(prepared: &Prepared<'_>, module: &'a [u8]) -> Vec<(Option<Active>, &'a [u8])> {
    prepared.data.iter().map(|data| (data.active, &module[data.bytes.clone()])).collect()
}

#[test]
fn lowering_finds_the_same() {
    for (text, threads) in MODULES.iter().flat_map(|text| [(text, false), (text, true)]) {
        let module = wasm(text);
        let options = Options::new().threads(threads);
        let ahead = prepare_to_vec(&module, &options);
        let ahead = ahead.unwrap_or_else(|error| panic!("{text}: {error}"));
        let direct = prepare(&module, &options).expect("it can be prepared");
        let again = prepare(&ahead, &options).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(validate(&ahead), Ok(()), "{text}");
        assert!(matches!(again.code, Cow::Borrowed(_)), "{text}");
        if matches!(direct.code, Cow::Owned(_)) {
            assert!(again.code.starts_with(&direct.code), "{text}");
        }
        assert_eq!(direct.memories, again.memories, "{text}");
        assert_eq!(direct.helpers, again.helpers, "{text}");
        assert_eq!(direct.sizes, again.sizes, "{text}");
        assert_eq!((direct.start, direct.names), (again.start, again.names), "{text}");
        assert_eq!(data(&direct, &module), data(&again, &ahead), "{text}");
    }
}

#[test]
fn more_than_was_asked_for_is_fine_but_not_less() {
    let of = |text: &str, threads| {
        let options = Options::new().threads(threads);
        prepare_to_vec(&wasm(text), &options).expect("a valid module")
    };
    let refused = |module: &[u8]| {
        let error = prepare(module, &Options::new().threads(true)).expect_err("it is refused");
        assert!(error.to_string().ends_with("prepared without threads"), "{error}");
    };
    let atomic = "(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))";
    let grows = "(module (memory 1) (table 0 funcref)
        (func (drop (table.grow (ref.null func) (i32.const 0)))))";
    refused(&of(grows, false));
    lowered(&of(grows, true));
    // Nothing in it would be another instruction with threads.
    let neither = "(module (memory 1) (func (drop (i32.load (i32.const 0xfe)))))";
    for text in [neither, atomic, "(module (memory 1) (func atomic.fence))"] {
        assert_eq!(of(text, false), of(text, true));
        prepare(&of(text, false), &Options::new().threads(true)).expect("it fits");
    }
    lowered(&of(atomic, false));
}

#[test]
fn preparing_again_changes_nothing() {
    for text in MODULES {
        let ahead = prepare_to_vec(&wasm(text), &Options::new()).expect("a valid module");
        assert_eq!(
            prepare_to_vec(&ahead, &Options::new()).expect("a prepared module"),
            ahead,
            "{text}"
        );
    }
}

#[test]
fn custom_sections_are_dropped() {
    let module = wasm(r#"(module (func (export "f")) (@custom "x" "y"))"#);
    assert_eq!(
        prepare_to_vec(&module, &Options::new()).expect("a valid module"),
        wasm(r#"(module (func (export "f")))"#)
    );
}

/// The name stays, in a module that is changed and in one that is not; other names do not.
#[test]
fn the_name_of_a_module_is_kept() {
    for rest in [r#"(func $f (export "f"))"#, r#"(memory 1) (data (i32.const 8) "page") (func $f)"#]
    {
        let module = wasm(&format!("(module $a_name {rest})"));
        let ahead = prepare_to_vec(&module, &Options::new()).expect("a valid module");
        assert_eq!(validate(&ahead), Ok(()));
        assert_eq!([lowered(&module).name(), lowered(&ahead).name()], [Some("a_name"); 2]);
        let again = prepare_to_vec(&ahead, &Options::new()).expect("a prepared module");
        assert_eq!(again, ahead);
        let without = prepare_to_vec(&wasm(&format!("(module {rest})")), &Options::new());
        let without = without.expect("a valid module");
        assert_eq!(lowered(&without).name(), None);
        assert_eq!(ahead.strip_prefix(&*without).map(<[u8]>::len), Some(16));
    }
}

/// No custom section makes a module invalid: where the section is malformed there is no name.
#[test]
fn malformed_names_are_none() {
    let plain = wasm(r#"(module (func (export "f")))"#);
    let parts: [&[u8]; 8] = [
        &[],
        &[0],
        &[0, 5, 1],
        &[0, 0],
        &[0, 2, 9, b'x'],
        &[0, 2, 1, 0xff],
        &[1, 2, 1, b'x'],
        &[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];
    for part in parts {
        let mut module = plain.clone();
        module.extend([0, 5 + part.len() as u8, 4]);
        module.extend(b"name");
        module.extend(part);
        assert_eq!(lowered(&module).name(), None, "{part:?}");
        let ahead = prepare_to_vec(&module, &Options::new()).expect("a valid module");
        assert_eq!(ahead, plain, "{part:?}");
    }
    // The first of several counts.
    let mut module = plain;
    for part in [[0, 2, 1, b'a'], [0, 2, 1, b'b']] {
        module.extend([0, 5 + part.len() as u8, 4]);
        module.extend(b"name");
        module.extend(part);
    }
    assert_eq!(lowered(&module).name(), Some("a"));
}

#[test]
fn sections_added_later_do_no_harm() {
    let module = wasm(r#"(module (memory 1) (data (i32.const 8) "page"))"#);
    let mut ahead = prepare_to_vec(&module, &Options::new()).expect("a valid module");
    ahead.extend([0, 3, 1, b'x', 7]);
    let again = lowered(&ahead);
    assert_eq!(data(&again, &ahead), data(&lowered(&module), &module));
}
