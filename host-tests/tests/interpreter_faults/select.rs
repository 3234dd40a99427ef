//! `select` by a comparison with zero.

use crate::{
    case::{Alone, Case},
    fault::SELECT,
    plain::guard,
};

/// Conditions on the local variable 0, and whether they hold for 0.
const CONDITIONS: [(&str, &str, bool); 27] = [
    ("eqz", "(i32.eqz (local.get 0))", true),
    ("eq with 0", "(i32.eq (local.get 0) (i32.const 0))", true),
    ("0 eq with it", "(i32.eq (i32.const 0) (local.get 0))", true),
    ("ne with 0", "(i32.ne (local.get 0) (i32.const 0))", false),
    ("0 ne with it", "(i32.ne (i32.const 0) (local.get 0))", false),
    ("eqz eqz", "(i32.eqz (i32.eqz (local.get 0)))", false),
    ("eqz eqz eqz", "(i32.eqz (i32.eqz (i32.eqz (local.get 0))))", true),
    ("xor 0", "(i32.eqz (i32.xor (local.get 0) (i32.const 0)))", true),
    ("0 xor", "(i32.ne (i32.xor (i32.const 0) (local.get 0)) (i32.const 0))", false),
    ("extend", "(i64.eqz (i64.extend_i32_u (i32.eqz (local.get 0))))", false),
    ("nop", "(i32.eqz (local.get 0)) nop nop", true),
    ("end of a loop", "(loop (result i32) (i32.eqz (local.get 0)))", true),
    ("loop of loops", "(loop (result i32) nop (loop (result i32) (i32.eqz (local.get 0))))", true),
    ("result of a call", "(i32.eqz (call $same (local.get 0)))", true),
    ("spilled", "(i32.eqz (i32.add (local.get 0) (block (result i32) (i32.const 0))))", true),
    ("preserved", "(local.get 0) (local.set 0 (i32.const 9)) i32.eqz", true),
    (
        "xor, extend, eqz",
        "(i64.eqz (i64.extend_i32_u (i32.xor (local.get 0) (i32.const 0))))",
        true,
    ),
    (
        "xor, extend, ne",
        "(i64.ne (i64.extend_i32_u (i32.xor (local.get 0) (i32.const 0))) (i64.const 0))",
        false,
    ),
    ("constant global", "(i32.eq (local.get 0) (global.get $zero))", true),
    ("computed 0", "(i32.eq (local.get 0) (i32.sub (i32.const 3) (i32.const 3)))", true),
    ("shifted", "(i32.shl (i32.eqz (local.get 0)) (i32.const 32))", true),
    ("rotated", "(i32.rotl (i32.eqz (local.get 0)) (global.get $zero))", true),
    ("selected", "(select (i32.eqz (local.get 0)) (i32.const 3) (i32.const 1))", true),
    ("else selected", "(select (i32.const 3) (i32.eqz (local.get 0)) (i32.const 0))", true),
    ("set to itself", "(i32.eqz (local.get 0)) (local.set 0 (local.get 0))", true),
    ("carried", "(i32.eqz (local.get 0)) (block (param i32) (result i32))", true),
    ("other", "(i32.lt_s (local.get 0) (i32.const 0))", false),
];

/// Types of the arms, with two constants of each.
const TYPES: [(&str, &str, &str); 5] = [
    ("i32", "i32.const 11", "i32.const 22"),
    ("i64", "i64.const 11", "i64.const 22"),
    ("f32", "f32.const 11", "f32.const 22"),
    ("f64", "f64.const 11", "f64.const 22"),
    ("funcref", "ref.func $same", "ref.null func"),
];

/// A call with the argument 0; the interpreter's register has 7 when the select is reached.
fn case(condition: (&str, &str, bool), ty: (&str, &str, &str)) -> Case {
    let (name, condition, holds) = condition;
    let (ty, then, or_else) = ty;
    let typed = if ty == "funcref" { "(result funcref)" } else { "" };
    let select = format!("(select {typed} ({then}) ({or_else}) {condition})");
    let (result, select) = match ty {
        "funcref" => ("i32", format!("(local.set 2 {select}) (ref.is_null (local.get 2))")),
        _ => (ty, select),
    };
    let text = format!(
        r#"(module (func $same (param i32) (result i32) (local i32)
             (local.set 1 (i32.add (local.get 0) (i32.const 7))) (local.get 0))
           (elem declare func $same) (global $zero i32 (i32.const 0))
           (func (export "f") (param i32) (result {result}) (local i32 funcref)
             (local.set 1 (i32.add (local.get 0) (i32.const 7)))
             {select}))"#
    );
    let case = Case::new(format!("{name}, {ty}"), text).argument(0);
    let value = |then: bool| if then { 11_i16 } else { 22 };
    let (right, wrong) = (value(holds), value(!holds));
    let wrong_alone = !matches!(name, "other" | "spilled" | "carried" | "shifted" | "rotated");
    let case = match ty {
        "i32" => case.right(i32::from(right)).gives(i32::from(wrong)),
        "i64" => case.right(i64::from(right)).gives(i64::from(wrong)),
        "f32" => case.right(f32::from(right)).gives(f32::from(wrong)),
        "f64" => case.right(f64::from(right)).gives(f64::from(wrong)),
        _ => case.right(i32::from(!holds)).gives(i32::from(holds)),
    };
    if wrong_alone { case } else { case.alone(Alone::Right) }
}

fn reference() -> Case {
    let text = r#"(module (table 1 externref)
        (func (export "f") (param i32) (result i32) (local externref i32)
            (local.set 2 (i32.add (local.get 0) (i32.const 7)))
            (select (i32.const 11) (i32.const 22) (ref.is_null (local.get 1)))))"#;
    Case::new("ref.is_null", text).argument(0).right(11).gives(22)
}

/// The `select` is in a block that begins after the comparison, or after what emits no code.
fn in_block() -> Vec<Case> {
    let case = |name: &str, select: &str| {
        let text = format!(
            r#"(module (func (export "f") (param i32) (result i32) (local i32)
                 (local.set 1 (i32.add (local.get 0) (i32.const 7))) {select}))"#
        );
        Case::new(name, text).argument(0).right(11).gives(22)
    };
    let values = "(i32.const 11) (i32.const 22) (i32.eqz (local.get 0))";
    let ty = "(param i32 i32 i32) (result i32)";
    vec![
        case("in a block", &format!("{values} (block {ty} select)")),
        case("in a loop", &format!("{values} (loop {ty} select)")).alone(Alone::Right),
        case(
            "in an arm",
            &format!("{values} (i32.const 1) (if {ty} (then select) (else drop drop))"),
        ),
        case(
            "in the other arm",
            &format!("{values} (i32.const 0) (if {ty} (then drop drop) (else select))"),
        ),
        case(
            "behind a branch",
            &format!("(block (result i32) {values} (br_if 0 (i32.const 0)) select)"),
        ),
    ]
}

#[cfg(feature = "simd")]
fn vector() -> Case {
    let text = r#"(module (func (export "f") (param i32) (result i64) (local i32)
        (local.set 1 (i32.add (local.get 0) (i32.const 7)))
        (i64x2.extract_lane 0 (select
            (v128.const i64x2 11 12) (v128.const i64x2 22 23) (i32.eqz (local.get 0))))))"#;
    Case::new("v128", text).argument(0).right(11_i64).gives(22_i64)
}

/// Calls of functions that were found in programs.
fn found() -> Vec<Case> {
    let text = include_str!("inputs/select-eqz.wat");
    let case = |export: &str, argument: i32, right: i32| {
        Case::new(export, text).export(export).argument(argument).right(right)
    };
    vec![
        case("eqz", 0, 101).gives(102),
        case("eqz", 5, 107),
        case("nez", 0, 102).gives(101),
        case("nez", 5, 106),
        case("after_load", 0, 11).gives(22),
        case("after_load", 5, 22),
        case("after_store", 0, 11).gives(22),
        case("after_store", 5, 22),
        case("plain", 0, 11),
        case("plain", 5, 22).gives(11),
        Case::new("f64", text).export("f64").argument(0).right(1.0_f64).gives(2.0_f64),
        Case::new("f64", text).export("f64").argument(5).right(2.0_f64),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = found();
    cases.push(reference());
    cases.extend(in_block());
    #[cfg(feature = "simd")]
    cases.push(vector());
    for condition in CONDITIONS {
        cases.extend(TYPES.map(|ty| case(condition, ty)));
    }
    cases
}

#[test]
fn the_interpreter_selects_the_wrong_value() {
    guard(SELECT, &cases());
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
