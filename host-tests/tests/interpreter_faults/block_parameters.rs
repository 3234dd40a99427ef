//! A local variable below the parameters of a block or an `if`, changed inside.

use crate::{
    case::{Case, UNWRITTEN},
    fault::BLOCK_PARAMETERS,
    plain::guard,
};

const TYPES: [&str; 4] = ["i32", "i64", "f32", "f64"];

/// Blocks that change the local variable 0 when the local variable 1 is 0.
const BLOCKS: [(&str, &str); 3] = [
    ("then", "i32.eqz (if (param $t) (result $t) (then (local.set 0 ($t.const 100))) (else))"),
    ("else", "(if (param $t) (result $t) (then) (else (local.set 0 ($t.const 100))))"),
    (
        "block",
        "(local.set 1) (block (param $t) (result $t)
        (br_if 0 (local.get 1)) (local.set 0 ($t.const 100)))",
    ),
];

/// What makes 5 of 5, and is no local variable.
const PARAMETERS: [(&str, &str); 3] = [
    ("constant", "$t.const 5"),
    ("in the register", "($t.add (local.get 2) ($t.const 0))"),
    ("in the frame", "(call $same (local.get 2))"),
];

/// 7 + 5, whether the block changes the local variable that is 7 or not.
fn case(ty: &str, block: (&str, &str), parameter: (&str, &str), unchanged: i32) -> Case {
    let text = format!(
        r#"(module (func $same (param $t) (result $t) (local.get 0))
           (func $f (param $t i32 $t) (result $t)
             (local.get 0) {} (local.get 1) {} ($t.add))
           (func (export "f") (param i32) (result i32)
             ($t.eq ($t.const 12) (call $f ($t.const 7) (local.get 0) ($t.const 5)))))"#,
        parameter.1, block.1
    );
    let name = format!("{}, {ty}, {}, {unchanged}", block.0, parameter.0);
    let case = Case::new(name, text.replace("$t", ty)).argument(unchanged).right(1);
    if unchanged == 0 { case } else { case.gives(0) }
}

/// Calls of functions that were found in programs.
fn found() -> Vec<Case> {
    let text = include_str!("inputs/block-params.wat");
    let case = |export: &str, first: i32, second: i32| {
        Case::new(export, text).export(export).argument(first).argument(second).right(12)
    };
    let wrong = UNWRITTEN.wrapping_add(5);
    vec![
        case("if", 7, 0).gives(wrong),
        case("if", 7, 1),
        case("block", 7, 0),
        case("block", 7, 1).gives(wrong),
    ]
}

/// Two local variables below two parameters.
fn several() -> Case {
    Case::func(
        "several",
        "(param i32 i32 i32) (result i32)
         (local.get 0) (local.get 1) (i32.const 5) (i32.const 6)
         (block (param i32 i32) (result i32 i32)
            (br_if 0 (local.get 2))
            (local.set 0 (i32.const 100)) (local.set 1 (i32.const 200)))
         (i32.add) (i32.add) (i32.add)",
    )
    .argument(1)
    .argument(2)
    .argument(1)
    .right(14)
    .gives(UNWRITTEN.wrapping_mul(2).wrapping_add(11))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = found();
    cases.push(several());
    for ty in TYPES {
        for block in BLOCKS {
            for parameter in PARAMETERS {
                cases.extend([0, 1].map(|unchanged| case(ty, block, parameter, unchanged)));
            }
        }
    }
    cases
}

#[test]
fn the_interpreter_reads_what_is_below_parameters_too_late() {
    guard(BLOCK_PARAMETERS, &cases());
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
