//! What the code no longer shows is refused by the pass.

mod instructions;
mod references;

use crate::modules::{validate, wasm};
use vellum_prepare::{Options, PrepareError, prepare, prepare_to_vec};

fn refusal(module: &[u8]) -> String {
    refusal_with(module, &Options::new())
}

fn refusal_with(module: &[u8], options: &Options) -> String {
    assert!(validate(module).is_err(), "the module is valid");
    let error = prepare(module, options).expect_err("the module is invalid");
    assert_eq!(prepare_to_vec(module, options), Err(error.clone()));
    match error {
        PrepareError::Invalid { offset, .. } => assert!(offset <= module.len()),
        PrepareError::OutOfMemory { .. } => panic!("{error}"),
    }
    error.to_string()
}

fn refused(text: &str) -> String {
    refusal(&wasm(text))
}

/// A module of the given sections: id and contents.
fn sections(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    for (id, content) in sections {
        module.extend([*id, content.len() as u8]);
        module.extend(*content);
    }
    module
}

/// A function without parameters or results whose body, behind no local variables, is this.
fn body(code: &[u8]) -> Vec<u8> {
    let length = code.len() as u8 + 2;
    let code = [&[1, length, 0], code, &[0x0b]].concat();
    sections(&[(1, &[1, 0x60, 0, 0]), (3, &[1, 0]), (5, &[1, 0, 1]), (10, &code)])
}

#[test]
fn memory_types() {
    let of = |text| refused(text).split_once(": ").map(|(at, why)| (at.to_owned(), why.to_owned()));
    let at = |offset: usize| format!("byte {offset}");
    for (text, offset) in [
        ("(module (memory 2 1))", 11),
        ("(module (memory 65537))", 11),
        ("(module (memory 0 65537))", 11),
        ("(module (memory 1) (memory 3 2))", 13),
        (r#"(module (import "m" "n" (memory 2 1)))"#, 11),
        ("(module (memory i64 0x1000000000001))", 11),
    ] {
        let (place, message) = of(text).expect("a place and a message");
        assert_eq!(place, at(offset), "{text}");
        assert!(!message.is_empty());
    }
    // Shared without a maximum, which no text can say.
    assert!(refusal(&sections(&[(5, &[1, 2, 1])])).starts_with("byte 11: "));
    // A page of 2 bytes, and of more than can be counted.
    assert!(refusal(&sections(&[(5, &[1, 8, 1, 1])])).starts_with("byte 11: "));
    assert!(refusal(&sections(&[(5, &[1, 8, 1, 0x80, 0x10])])).starts_with("byte 11: "));
    assert!(refusal(&sections(&[(5, &[1, 0x10, 1])])).starts_with("byte 11: "));
}

#[test]
fn more_memories_than_allowed() {
    let text = format!("(module {})", "(memory 0)".repeat(101));
    assert!(refused(&text).contains("memories count exceeds limit"));
}

#[test]
fn data_of_unknown_memory() {
    assert_eq!(
        refused(r#"(module (data (i32.const 0) "x"))"#),
        "byte 11: unknown memory: memory index out of bounds"
    );
    assert_eq!(
        refused(r#"(module (memory 1) (data (memory 1) (i32.const 0) "x"))"#),
        "byte 17: unknown memory: memory index out of bounds"
    );
}

#[test]
fn start_functions() {
    let message = |text| refused(text).split_once(": ").map(|(_, message)| message.to_owned());
    let signature = Some("start function must have neither parameters nor results".to_owned());
    assert_eq!(message("(module (func $f (param i32)) (start $f))"), signature);
    assert_eq!(message("(module (func $f (result i32) i32.const 0) (start $f))"), signature);
    assert_eq!(
        message(r#"(module (import "m" "f" (func $f (param i64))) (func) (start $f))"#),
        signature
    );
    assert!(refused("(module (func) (start 1))").contains("unknown function"));
    let unknown_type = sections(&[(3, &[1, 7]), (8, &[0]), (10, &[1, 2, 0, 0x0b])]);
    assert!(refusal(&unknown_type).contains("unknown type"));
    let two = sections(&[
        (1, &[1, 0x60, 0, 0]),
        (3, &[1, 0]),
        (8, &[0]),
        (8, &[0]),
        (10, &[1, 2, 0, 0x0b]),
    ]);
    assert_eq!(refusal(&two), "byte 21: section out of order");
    let long =
        sections(&[(1, &[1, 0x60, 0, 0]), (3, &[1, 0]), (8, &[0, 0]), (10, &[1, 2, 0, 0x0b])]);
    assert!(refusal(&long).contains("unexpected data"));
}

#[test]
fn order_and_length_of_sections() {
    let out_of_order = |list: &[(u8, &[u8])]| {
        assert!(refusal(&sections(list)).contains("section out of order"), "{list:?}");
    };
    out_of_order(&[(5, &[1, 0, 1]), (5, &[1, 0, 1])]);
    out_of_order(&[(11, &[0]), (11, &[0])]);
    out_of_order(&[(6, &[0]), (5, &[1, 0, 1])]);
    out_of_order(&[(5, &[0]), (2, &[0])]);
    out_of_order(&[(10, &[0]), (12, &[0])]);
    assert!(refusal(&sections(&[(14, &[0])])).contains("malformed section id"));
    assert!(refusal(&sections(&[(0, &[1, 0xff])])).contains("UTF-8"));
    assert!(refusal(&sections(&[(0, &[2, b'x'])])).contains("unexpected end"));
    assert!(refusal(&sections(&[(5, &[0, 0])])).contains("unexpected data"));
    assert!(refusal(&sections(&[(11, &[0, 0])])).contains("unexpected data"));
    assert!(refusal(&sections(&[(12, &[1])])).contains("inconsistent lengths"));
    assert!(refusal(&sections(&[(12, &[0, 0])])).contains("unexpected data"));
    assert!(refusal(&sections(&[(3, &[0]), (10, &[1, 2, 0, 0x0b])])).contains("inconsistent"));
    for preamble in [&b""[..], b"\0as", b"\0asm", b"\0asm\x01\0\0", b"\0asm\x0d\0\x01\0", b"wasm"] {
        let error = prepare(preamble, &Options::new()).expect_err("no preamble");
        assert!(matches!(error, PrepareError::Invalid { .. }));
    }
}

/// Lengths that a 32-bit address wraps around with, at which `wasmparser` alone panics on a chip.
#[test]
fn lengths_near_the_end_of_the_address_space() {
    const LENGTH: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0x0f];
    for module in [
        [&sections(&[])[..], &[5], LENGTH].concat(),
        [&sections(&[])[..], &[0], LENGTH, &[1, b'x']].concat(),
        sections(&[
            (1, &[1, 0x60, 0, 0]),
            (3, &[1, 0]),
            (10, &[&[1], LENGTH, &[0, 0x0b]].concat()),
        ]),
        sections(&[(5, &[1, 0, 1]), (11, &[&[1, 0, 0x41, 0, 0x0b], LENGTH, b"x"].concat())]),
        sections(&[(11, &[&[1, 1], LENGTH, b"x"].concat())]),
        sections(&[(2, &[&[1], LENGTH, b"x"].concat())]),
        sections(&[(7, &[&[1], LENGTH, b"x"].concat())]),
        sections(&[(0, &[LENGTH, b"x"].concat())]),
        sections(&[(0, &[&b"\x06vellum\0vpm"[..], &[3, 0, 0], LENGTH].concat())]),
    ] {
        let error = prepare(&module, &Options::new()).expect_err("the module is cut short");
        assert!(matches!(error, PrepareError::Invalid { .. }), "{error}");
        assert_eq!(prepare_to_vec(&module, &Options::new()), Err(error));
    }
}

#[test]
fn types_of_garbage_collection_are_told_from_noise() {
    for ty in ["(type (struct))", "(type (array i8))", "(rec (type (func)))", "(type (sub (func)))"]
    {
        assert_eq!(refused(&format!("(module {ty})")), "byte 11: gc proposal not enabled", "{ty}");
    }
    let noise = sections(&[(1, &[1, 0x61, 0, 0])]);
    assert_eq!(refusal(&noise), "byte 11: not a function type");
}
