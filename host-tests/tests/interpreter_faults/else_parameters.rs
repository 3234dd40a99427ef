//! An `if` with parameters whose `then` arm leaves a local variable in the register of one.
//!
//! Only an interpreter with debug assertions fails.

use crate::{
    case::{Alone, Case},
    fault::ELSE_PARAMETERS,
    plain::guard,
};

const TYPES: [&str; 4] = ["i32", "i64", "f32", "f64"];

/// The parameter, which is in the register, is the result, since the condition does not hold.
fn case(ty: &str, or_else: &str) -> Case {
    let text = format!(
        r#"(module (func $f (param $t $t i32) (result $t)
             ($t.add (local.get 0) ($t.const 0))
             (local.get 2)
             (if (param $t) (result $t)
               (then (drop) ($t.add (local.get 1) ($t.const 100)) (local.set 0) (local.get 0))
               {or_else}))
           (func (export "f") (result i32)
             ($t.eq ($t.const 7) (call $f ($t.const 7) ($t.const 5) (i32.const 0)))))"#
    );
    let case = Case::new(format!("{ty} {or_else}"), text.replace("$t", ty)).right(1);
    if cfg!(debug_assertions) { case.alone(Alone::Panics) } else { case }
}

pub(crate) fn cases() -> Vec<Case> {
    TYPES.into_iter().flat_map(|ty| ["", "(else)"].map(|or_else| case(ty, or_else))).collect()
}

#[test]
fn the_interpreter_asserts_that_registers_are_free() {
    guard(ELSE_PARAMETERS, &cases());
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
