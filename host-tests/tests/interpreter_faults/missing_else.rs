//! An `if` with parameters and no `else`.

use crate::{case::Case, fault::MISSING_ELSE, plain::guard};

const TYPES: [&str; 4] = ["i32", "i64", "f32", "f64"];

/// The parameter of the `if`, by its name here.
type Parameter = (&'static str, &'static str);

const LOCAL: Parameter = ("a local variable", "(local.get 0)");
const RESULT: Parameter = ("a result", "($t.add (local.get 0) ($t.const 0))");

/// What an arm leaves in the register of the type.
type Arm = (&'static str, &'static str);

/// Sets the local variable, and leaves it.
const SET: Arm =
    ("sets", "(drop) ($t.add (local.get 1) ($t.const 100)) (local.set 0) (local.get 0)");
const GIVE: Arm = ("gives", "(drop) ($t.add (local.get 1) ($t.const 100))");
const NOTHING: Arm = ("nothing", "(drop) ($t.const 3)");

/// The parameter is the result, since the condition does not hold.
fn case(ty: &str, arm: Arm, parameter: Parameter) -> Case {
    let text = format!(
        r#"(module (func $f (param $t $t i32) (result $t)
             {} (local.get 2) (if (param $t) (result $t) (then {})))
           (func (export "f") (result i32)
             ($t.eq ($t.const 7) (call $f ($t.const 7) ($t.const 5) (i32.const 0)))))"#,
        parameter.1, arm.1
    );
    let name = format!("{}, {ty}, {}", arm.0, parameter.0);
    Case::new(name, text.replace("$t", ty)).right(1)
}

/// Calls of functions that were found in programs.
fn found() -> Case {
    Case::new("as found", include_str!("inputs/block-params.wat"))
        .export("no_else")
        .argument(7)
        .argument(0)
        .right(7)
        .gives(0)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![found()];
    for ty in TYPES {
        cases.push(case(ty, SET, LOCAL).gives(0));
        for parameter in [LOCAL, RESULT] {
            cases.extend([GIVE, NOTHING].map(|arm| case(ty, arm, parameter)));
        }
    }
    cases
}

#[test]
fn the_interpreter_takes_parameters_from_registers_that_have_changed() {
    guard(MISSING_ELSE, &cases());
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
