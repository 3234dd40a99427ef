//! What atomic instructions become.

use crate::modules::{validate, wasm};
use std::borrow::Cow;
use vellum_prepare::{Helper, Options, PrepareError, Prepared, ReferenceType, prepare};

fn threads(module: &[u8]) -> Result<Prepared<'_>, PrepareError> {
    prepare(module, &Options::new().threads(true))
}

/// Lowers a module, which must become the other, and returns the helpers.
fn becomes(text: &str, expected: &str) -> Vec<Helper> {
    let module = wasm(text);
    let prepared = threads(&module).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(validate(&prepared.code), Ok(()), "{text}");
    assert_eq!(*prepared.code, wasm(expected), "{text}");
    prepared.helpers
}

/// A lowered module that calls `Unaligned`, with a body of one parameter.
fn checked(types: &str, memory: &str, body: &str) -> String {
    format!(
        r#"(module (type (func {types})) (type (func)) (import "m" "n" (memory {memory}))
            (func (type 0) {body}) (table 1 1 funcref) (export "vellum:0:host" (table 0)))"#
    )
}

#[test]
fn accesses_are_checked_and_plain() {
    const CHECK: &str = "i32.and if i32.const 0 call_indirect (type 1) end";
    for (types, memory, body, lowered) in [
        (
            "(param i32) (result i32)",
            "1",
            "(i32.atomic.load (local.get 0))",
            format!("(local i32) local.get 0 local.tee 1 i32.const 3 {CHECK} local.get 1 i32.load"),
        ),
        (
            "(param i32)",
            "1",
            "(i64.atomic.store offset=13 (local.get 0) (i64.const 7))",
            format!(
                "(local i32 i64) local.get 0 i64.const 7 local.set 2 local.tee 1
                i32.const 5 i32.add i32.const 7 {CHECK}
                local.get 1 local.get 2 i64.store offset=13"
            ),
        ),
        (
            "(param i64) (result i64)",
            "i64 1",
            "(local f32) (i64.atomic.rmw16.sub_u (local.get 0) (i64.const 7))",
            format!(
                "(local f32 i64 i64 i64) local.get 0 i64.const 7 local.set 3 local.tee 2
                i32.wrap_i64 i32.const 1 {CHECK}
                local.get 2 local.get 2 i64.load16_u local.tee 4 local.get 3 i64.sub i64.store16
                local.get 4"
            ),
        ),
        (
            "(param i32) (result i32)",
            "1",
            "(i32.atomic.rmw.xchg (local.get 0) (i32.const 7))",
            format!(
                "(local i32 i32) local.get 0 i32.const 7 local.set 2 local.tee 1
                i32.const 3 {CHECK}
                local.get 1 i32.load local.get 1 local.get 2 i32.store"
            ),
        ),
        (
            "(param i32) (result i32)",
            "1",
            "(i32.atomic.rmw16.cmpxchg_u (local.get 0) (i32.const 5) (i32.const 7))",
            format!(
                "(local i32 i32 i32 i32) local.get 0 i32.const 5 i32.const 7
                local.set 2 local.set 3 local.tee 1 i32.const 1 {CHECK}
                local.get 1
                local.get 2
                local.get 1 i32.load16_u local.tee 4
                local.get 4 local.get 3 i32.const 0xffff i32.and i32.eq select
                i32.store16 local.get 4"
            ),
        ),
    ] {
        let text = format!(
            r#"(module (type (func {types})) (import "m" "n" (memory {memory}))
                (func (type 0) {body}))"#
        );
        assert_eq!(becomes(&text, &checked(types, memory, &lowered)), [Helper::Unaligned]);
    }
}

#[test]
fn bytes_need_no_check() {
    let helpers = becomes(
        r#"(module (import "m" "a" (memory 1)) (import "m" "b" (memory 1))
            (func (param i32) (result i64)
                atomic.fence
                (i32.atomic.store8 1 offset=300 (local.get 0) (i32.atomic.load8_u (local.get 0)))
                (i64.atomic.rmw8.or_u 1 (local.get 0) (i64.const 1))))"#,
        r#"(module (import "m" "a" (memory 1)) (import "m" "b" (memory 1))
            (func (param i32) (result i64) (local i32 i64 i64)
                nop
                (i32.store8 1 offset=300 (local.get 0) (i32.load8_u (local.get 0)))
                local.get 0 i64.const 1 local.set 2 local.set 1
                local.get 1 local.get 1 i64.load8_u 1 local.tee 3 local.get 2 i64.or
                i64.store8 1 local.get 3))"#,
    );
    assert_eq!(helpers, []);
}

#[test]
fn what_can_block_is_called_in_the_host() {
    let helpers = becomes(
        r#"(module (type (func)) (import "m" "a" (memory 1 1 shared))
            (import "m" "b" (memory i64 1 1 shared))
            (import "m" "t" (table 1 externref)) (table i64 0 funcref)
            (func
                (drop (memory.atomic.wait32 offset=8
                    (i32.const 1) (i32.const 2) (i64.const 3)))
                (drop (memory.atomic.wait64 1 offset=0xffffffffffffffff
                    (i64.const 1) (i64.const 2) (i64.const 3)))
                (drop (memory.atomic.notify 1 (i64.const 1) (i32.const 2)))
                (drop (table.grow 0 (ref.null extern) (i32.const 1)))
                (drop (table.grow 1 (ref.null func) (i64.const 1)))
                (drop (memory.atomic.notify 1 (i64.const 5) (i32.const 6)))))"#,
        r#"(module (type (func))
            (type (func (param i32 i32 i64 i64 i32) (result i32)))
            (type (func (param i64 i64 i64 i64 i32) (result i32)))
            (type (func (param i64 i32 i64 i32) (result i32)))
            (type (func (param externref i32) (result i32)))
            (type (func (param funcref i64) (result i64)))
            (import "m" "a" (memory 1 1)) (import "m" "b" (memory i64 1 1))
            (import "m" "t" (table 1 externref)) (table i64 0 funcref) (table 5 5 funcref)
            (export "vellum:0:host" (table 2))
            (export "vellum:0:table0" (table 0)) (export "vellum:0:table1" (table 1))
            (func
                i32.const 1 i32.const 2 i64.const 3 i64.const 8 i32.const 0
                i32.const 0 call_indirect 2 (type 1) drop
                i64.const 1 i64.const 2 i64.const 3 i64.const -1 i32.const 1
                i32.const 1 call_indirect 2 (type 2) drop
                i64.const 1 i32.const 2 i64.const 0 i32.const 1
                i32.const 2 call_indirect 2 (type 3) drop
                ref.null extern i32.const 1 i32.const 3 call_indirect 2 (type 4) drop
                ref.null func i64.const 1 i32.const 4 call_indirect 2 (type 5) drop
                i64.const 5 i32.const 6 i64.const 0 i32.const 1
                i32.const 2 call_indirect 2 (type 3) drop))"#,
    );
    assert_eq!(
        helpers,
        [
            Helper::Wait32 { wide: false },
            Helper::Wait64 { wide: true },
            Helper::Notify { wide: true },
            Helper::TableGrow { table: 0, wide: false, ty: ReferenceType::ExternRef },
            Helper::TableGrow { table: 1, wide: true, ty: ReferenceType::FuncRef },
        ]
    );
}

#[test]
fn without_threads_table_grow_alone_stays() {
    let module = |atomics: &str| {
        wasm(&format!(
            r#"(module (import "m" "n" (memory 1)) (table 1 funcref)
                (func {atomics} (drop (table.grow (ref.null func) (i32.const 1)))))"#
        ))
    };
    let grows = module("");
    let prepared = prepare(&grows, &Options::new()).expect("a valid module");
    assert!(matches!(prepared.code, Cow::Borrowed(code) if code == grows));
    assert_eq!(prepared.helpers, []);
    let atomic = module("(drop (i32.atomic.load (i32.const 0))) atomic.fence");
    let prepared = prepare(&atomic, &Options::new()).expect("a valid module");
    assert_eq!(prepared.helpers, [Helper::Unaligned]);
    assert_eq!(validate(&prepared.code), Ok(()));
}

#[test]
fn threads_alone_change_nothing() {
    let module = wasm(
        r#"(module (import "m" "n" (memory 1)) (table 1 funcref)
            (func (drop (i32.load (i32.const 0xfefc)))
                (drop (i32.trunc_sat_f32_s (f32.const -0x1.fcfcp+12)))
                (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))"#,
    );
    let prepared = threads(&module).expect("a valid module");
    assert!(matches!(prepared.code, Cow::Borrowed(code) if code == module));
}

/// Bodies of two changed functions around one that is copied as it is.
#[test]
fn only_bodies_with_atomics_change() {
    let helpers = becomes(
        r#"(module (type (func (result i32))) (type (func (param f64))) (import "m" "n" (memory 1))
            (func (type 0) (i32.atomic.load (i32.const 0)))
            (func (type 1) (local i32 i64) (local.set 1 (i32.const 0xfe)))
            (func (type 1) (local f64) (drop (i64.atomic.load32_u (i32.const 4)))))"#,
        r#"(module (type (func (result i32))) (type (func (param f64))) (type (func))
            (import "m" "n" (memory 1))
            (func (type 0) (local i32) i32.const 0 local.tee 0 i32.const 3 i32.and
                if i32.const 0 call_indirect (type 2) end local.get 0 i32.load)
            (func (type 1) (local i32 i64) (local.set 1 (i32.const 0xfe)))
            (func (type 1) (local f64) (local i32) i32.const 4 local.tee 2 i32.const 3 i32.and
                if i32.const 0 call_indirect (type 2) end local.get 2 i64.load32_u drop)
            (table 1 1 funcref) (export "vellum:0:host" (table 0)))"#,
    );
    assert_eq!(helpers, [Helper::Unaligned]);
}
