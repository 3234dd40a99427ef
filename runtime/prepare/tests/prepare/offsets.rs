//! Errors in the code are reported at the byte of the input.

use crate::modules::{MODULES, validate, wasm};
use vellum_prepare::{Options, prepare};

/// The byte at which the module is invalid: in itself, and in its code by way of the map.
fn places(text: &str) -> (usize, usize) {
    let module = wasm(text);
    let prepared = prepare(&module, &Options::new().threads(true))
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_ne!(*prepared.code, module);
    let (direct, message) = validate(&module).expect_err("the module is invalid");
    let (offset, in_code) = validate(&prepared.code).expect_err("the code is as invalid");
    assert_eq!(message, in_code, "{text}");
    (direct, prepared.original_offset(offset))
}

#[test]
fn of_what_is_copied_and_of_what_is_written() {
    for text in [
        // In a body behind everything that grows and shrinks.
        r#"(module (import "m" "n" (memory 1 1 shared)) (memory 1) (memory 2)
            (func (result i32)) (func $s) (start $s) (data (i32.const 0) "abc"))"#,
        r#"(module (memory 1) (func $s) (start $s) (func (drop (local.get 0))))"#,
        // In bodies that are changed: before, in and behind what was an atomic instruction.
        r#"(module (memory 1) (func (drop (i32.add (i64.const 1) (i32.const 1)))
            (drop (i32.atomic.load (i32.const 0)))))"#,
        r#"(module (memory 1) (func (drop (i64.atomic.rmw.add (i32.const 0) (i32.const 1)))))"#,
        r#"(module (memory 1) (func (drop (i32.atomic.rmw16.cmpxchg_u
            (i64.const 0) (i32.const 1) (i32.const 1)))))"#,
        r#"(module (memory 1) (func (drop (memory.atomic.notify (i32.const 0) (f32.const 1)))))"#,
        r#"(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))
            (drop (i32.atomic.load (i32.const 0))) (drop (i32.eqz (i64.const 0)))))"#,
        r#"(module (memory 1) (func (drop (i32.atomic.load (i32.const 0))))
            (func (drop (local.get 7))))"#,
        // In a section that is extended.
        r#"(module (type (func)) (import "m" "n" (func (type 7))) (memory 1))"#,
        r#"(module (memory 1) (global i32 (i64.const 1)) (data (global.get 0) "x"))"#,
        r#"(module (memory 1) (func $s (export "a") (export "a")) (start $s))"#,
        // In the constant expression of an offset.
        r#"(module (memory 1) (data (i64.const 1) "x"))"#,
        r#"(module (import "m" "g" (global (mut i32))) (memory 1) (data (global.get 0) "x"))"#,
    ] {
        let (direct, mapped) = places(text);
        assert_eq!(mapped, direct, "{text}");
    }
}

/// In what takes the place of an access to a locked memory.
#[test]
fn of_locked_accesses() {
    for body in [
        "(drop (i32.load8_s (local.get 0)))",
        "(drop (f32.load offset=300 (f32.const 1)))",
        "(i32.store (i32.const 1) (i64.const 1))",
        "(drop (i32.add (i64.load (i32.const 1)) (i32.const 1)))",
        "(memory.fill (i32.const 1) (i32.const 1) (i64.const 1))",
        "(memory.copy (i32.const 1) (i64.const 1) (i32.const 1))",
        "(drop (memory.grow (i64.const 1)))",
        "(drop (i32.atomic.rmw.cmpxchg (i64.const 1) (i32.const 1) (i32.const 1)))",
        "(drop (i32.load (i32.const 0))) (drop (i32.eqz (i64.const 1)))",
    ] {
        let module = wasm(&format!(
            "(module (memory 1) (func (param f64) (i32.store8 (i32.const 0) (i32.const 0)) {body}))"
        ));
        let options = Options::new().threads(true).locked(vec![0]);
        let prepared = prepare(&module, &options).expect("the code shows that it is invalid");
        let (direct, _) = validate(&module).expect_err("the module is invalid");
        let (offset, _) = validate(&prepared.code).expect_err("the code is as invalid");
        assert_eq!(prepared.original_offset(offset), direct, "{body}");
    }
}

#[test]
fn every_byte_has_an_origin() {
    let options = Options::new().threads(true);
    for (text, options) in MODULES
        .iter()
        .flat_map(|text| [(text, options.clone()), (text, options.clone().locked(vec![0, 1]))])
    {
        let module = wasm(text);
        let prepared = prepare(&module, &options).expect("a valid module");
        let length = prepared.code.len();
        for offset in 0..length {
            let origin = prepared.original_offset(offset);
            assert!(origin < module.len(), "{text}: {offset} stands for {origin}");
        }
        assert_eq!(prepared.original_offset(length), module.len());
        assert_eq!(prepared.original_offset(usize::MAX), module.len());
    }
}

#[test]
fn bodies_are_copied_byte_for_byte() {
    let module = wasm(
        r#"(module (memory 1) (func $s (drop (i64.const 0x1122334455667788))) (start $s)
            (data (i32.const 0) "abc"))"#,
    );
    let prepared = prepare(&module, &Options::new()).expect("a valid module");
    let body = [0x42, 0x88, 0xef, 0x99, 0xab, 0xc5, 0xe8, 0x8c, 0x91, 0x11, 0x1a, 0x0b];
    let find = |bytes: &[u8]| bytes.windows(body.len()).position(|window| window == body);
    let (there, here) = (find(&prepared.code), find(&module));
    let (there, here) = (there.expect("the body"), here.expect("the body"));
    assert_ne!(there, here);
    for nth in 0..body.len() {
        assert_eq!(prepared.original_offset(there + nth), here + nth);
    }
}
