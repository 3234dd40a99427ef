//! `br_table` with values above operands that no target keeps.

use crate::{
    case::{Case, UNWRITTEN},
    fault::BRANCH_TABLE,
    plain::guard,
};

const TYPES: [&str; 4] = ["i32", "i64", "f32", "f64"];

/// Two values of one type: 1000 * 20 + 30, and 1 more where the outer block is the target.
fn two(ty: &str, between: &str, index: i32) -> Case {
    let text = format!(
        r#"(module (func $same (param i32) (result i32) (local.get 0))
           (func $f (param i32) (result {ty}) (local {ty})
             (block (result {ty} {ty})
               (block (result {ty} {ty})
                 {between} ({ty}.const 20) ({ty}.const 30) (call $same (local.get 0)) (br_table 0 1))
               ({ty}.const 1) ({ty}.add))
             (local.set 1) ({ty}.const 1000) ({ty}.mul) (local.get 1) ({ty}.add))
           (func (export "f") (param i32) (result i32)
             ({ty}.eq ({ty}.const {}) (call $f (local.get 0)))))"#,
        if index == 0 { 20_031 } else { 20_030 }
    );
    let case = Case::new(format!("two {ty}, {between}, {index}"), text).argument(index).right(1);
    if between.is_empty() { case } else { case.gives(0) }
}

/// Three values of different registers: all of them are carried in registers.
fn in_registers() -> Case {
    let results = "(result i32 f32 f64)";
    let text = format!(
        r#"(module (func $f (param i32) {results}
             (block {results} (block {results}
               (i32.const 9) (i32.const 20) (f32.const 30) (f64.const 40)
               (local.get 0) (br_table 0 1))))
           (func (export "f") (param i32) (result i32) (local f32 f64)
             (call $f (local.get 0)) (local.set 2) (local.set 1)
             (i32.add (i32.trunc_f32_s (local.get 1))) (i32.add (i32.trunc_f64_s (local.get 2)))))"#
    );
    Case::new("in registers", text).argument(0).right(90)
}

/// The function itself is a target.
fn returned(index: i32) -> Case {
    let text = r#"(module
        (func $f (param i32) (result i32 i32)
            (block (result i32 i32)
                (i32.const 9) (i32.const 20) (i32.const 30) (local.get 0) (br_table 0 1)))
        (func (export "f") (param i32) (result i32)
            (call $f (local.get 0)) (i32.const 100) (i32.mul) (i32.add)))"#;
    Case::new(format!("returned, {index}"), text)
        .argument(index)
        .right(3020)
        .gives(UNWRITTEN + 3000)
}

/// An operand between belongs to a block that goes on.
fn of_another_block(index: i32) -> Case {
    let text = r#"(module
        (func $f (param i32) (result i32 i32)
            (block (result i32 i32)
                (i32.const 1)
                (block (result i32)
                    (i32.const 7) (i32.const 9) (local.get 0) (br_table 1 1 2 1))
                unreachable))
        (func (export "f") (param i32) (result i32)
            (call $f (local.get 0)) (i32.const 100) (i32.mul) (i32.add)))"#;
    let case = Case::new(format!("of another block, {index}"), text);
    case.argument(index).right(907).gives(UNWRITTEN + 900)
}

/// Calls of functions that were found in programs.
fn found(index: i32, first: i32, second: i32) -> Case {
    let text = include_str!("inputs/br-table-values.wat");
    Case::new(format!("as found, {index}"), text)
        .export("t")
        .argument(index)
        .right(first * 1000 + second)
        .gives(UNWRITTEN.wrapping_mul(1000) + second)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![found(0, 20, 31), found(1, 20, 30), in_registers()];
    cases.extend([0, 1].map(returned));
    cases.extend([0, 1, 2, 3].map(of_another_block));
    for ty in TYPES {
        for between in ["", "(i32.const 9)", "(local.get 0)", "(i32.const 9) (f64.const 8)"] {
            cases.extend([0, 1].map(|index| two(ty, between, index)));
        }
    }
    cases
}

#[test]
fn the_interpreter_leaves_the_values_where_they_are() {
    guard(BRANCH_TABLE, &cases());
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
