//! A local variable below the parameters of a loop.

use crate::{case::Case, fault::LOOP_PARAMETERS, plain::guard};

const TYPES: [&str; 4] = ["i32", "i64", "f32", "f64"];

/// The local variable is in the register when the parameter takes it: 10 * 8 + 5.
fn in_register(ty: &str) -> Case {
    let text = format!(
        r#"(module (func $f (param {ty} {ty}) (result {ty})
             (local.tee 0 ({ty}.add (local.get 0) ({ty}.const 1)))
             (local.get 1) (local.get 1)
             (loop (param {ty} {ty}) (result {ty}) (drop))
             (local.set 1) ({ty}.const 10) ({ty}.mul) (local.get 1) ({ty}.add))
           (func (export "f") (result i32)
             ({ty}.eq ({ty}.const 85) (call $f ({ty}.const 7) ({ty}.const 5)))))"#
    );
    Case::new(format!("in the register, {ty}"), text).right(1).gives(0)
}

/// The local variable changes in the loop, which runs three times: 7 + 3.
fn changed(ty: &str) -> Case {
    let text = format!(
        r#"(module (func $f (param {ty} {ty}) (result {ty})
             (local.get 0) ({ty}.const 0)
             (loop (param {ty}) (result {ty})
               ({ty}.const 1) ({ty}.add) (local.set 1)
               (local.set 0 ({ty}.add (local.get 0) ({ty}.const 100)))
               (local.get 1)
               (br_if 0 ({ty}.ne (local.get 1) ({ty}.const 3))))
             ({ty}.add))
           (func (export "f") (result i32)
             ({ty}.eq ({ty}.const 10) (call $f ({ty}.const 7) ({ty}.const 5)))))"#
    );
    Case::new(format!("changed, {ty}"), text).right(1).gives(0)
}

/// Calls of functions that were found in programs.
fn found() -> Case {
    Case::new("as found", include_str!("inputs/block-params.wat"))
        .export("loop")
        .argument(7)
        .argument(5)
        .right(85)
        .gives(55)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![found()];
    cases.extend(TYPES.map(in_register));
    cases.extend(TYPES.map(changed));
    cases
}

#[test]
fn the_interpreter_overwrites_what_is_below_parameters() {
    guard(LOOP_PARAMETERS, &cases());
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
