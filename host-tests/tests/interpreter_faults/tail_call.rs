//! A tail call of a function of the host, from a function whose caller has no local variables.

use crate::{
    case::{Alone, Case},
    fault::TAIL_CALL,
    plain,
};
use std::{env, process::Command};

/// Says in the child which case it is to run.
const CHILD: &str = "VELLUM_TAIL_CALL_CASE";

/// What the child prints before and after the call.
const BEFORE: &str = "the call begins";
const AFTER: &str = "the call is right";

/// `env.none`, and a type for calls by tables.
const HOST: &str = r#"(import "env" "none" (func $h)) (type $t (func))"#;

fn case(name: &str, rest: &str) -> Case {
    Case::new(name, format!("(module {HOST} {rest})")).right(5)
}

/// Calls after which the caller's frame is lost.
fn lost() -> Vec<Case> {
    let f = r#"(func (export "f") (result i32) (call $g) (i32.const 5))"#;
    let table = "(table 2 funcref) (elem (i32.const 0) func $h $g)";
    let by_other = |name, other: &str, text: &str| Case::new(name, text).other(other).right(5);
    let tail_calling = format!(r#"(module {HOST} (func (export "g") (return_call $h)))"#);
    let mut cases = vec![
        Case::new("as found", include_str!("inputs/tail-call-host.wat")).right(5),
        case("local variable", &format!("(func $g (local i32) (return_call $h)) {f}")),
        case(
            "parameter",
            r#"(func $g (param i32) (return_call $h))
            (func (export "f") (result i32) (call $g (i32.const 1)) (i32.const 5))"#,
        ),
        case(
            "reached by a table",
            &format!(
                r#"{table} (func $g (return_call $h)) (func (export "f") (result i32)
                (call_indirect (type $t) (i32.const 1)) (i32.const 5))"#
            ),
        ),
        case(
            "reached by a tail call",
            &format!("(func $g (return_call $k)) (func $k (return_call $h)) {f}"),
        ),
        case(
            "tail call by a table",
            &format!("{table} (func $g (return_call_indirect (type $t) (i32.const 0))) {f}"),
        ),
        case(
            "the frame is written",
            r#"(func $g (return_call $h)) (func $k (result i32) (i32.const 2))
            (func (export "f") (result i32) (call $g) (i32.add (call $k) (i32.const 3)))"#,
        ),
        case(
            "not the outermost function",
            r#"(func $g (return_call $h)) (func $k (result i32) (call $g) (i32.const 2))
            (func (export "f") (result i32) (i32.add (call $k) (i32.const 3)))"#,
        ),
        by_other(
            "of another instance",
            &tail_calling,
            r#"(module (import "other" "g" (func $g))
            (func (export "f") (result i32) (call $g) (i32.const 5)))"#,
        ),
        by_other(
            "another instance's, by a table",
            &tail_calling,
            r#"(module (import "other" "g" (func $g)) (table 1 funcref)
            (elem (i32.const 0) func $g)
            (func (export "f") (result i32) (call_indirect (i32.const 0)) (i32.const 5)))"#,
        ),
        by_other(
            "the host's function through another instance",
            &format!(r#"(module {HOST} (export "h" (func $h)))"#),
            &format!(r#"(module (import "other" "h" (func $h)) (func $g (return_call $h)) {f})"#),
        ),
    ];
    for case in &mut cases {
        case.alone = Alone::LosesFrame;
    }
    cases
}

/// Calls that look like those.
fn kept() -> Vec<Case> {
    vec![
        case(
            "the caller has a local variable",
            r#"(func $g (return_call $h))
            (func (export "f") (result i32) (local i32) (call $g) (i32.const 5))"#,
        ),
        case(
            "the caller has an operand",
            r#"(func $g (return_call $h))
            (func (export "f") (result i32) (i32.const 5) (call $g))"#,
        ),
        case(
            "the caller ends",
            r#"(func $g (return_call $h)) (func $k (call $g))
            (func (export "f") (result i32) (local i32) (call $k) (i32.const 5))"#,
        ),
        case(
            "no tail call",
            r#"(func $g (call $h)) (func (export "f") (result i32) (call $g) (i32.const 5))"#,
        ),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = lost();
    cases.extend(kept());
    cases
}

/// Whether the interpreter gets it right, tried where it does no harm.
fn is_right(name: &str) -> bool {
    let child = env::current_exe().expect("it has a path");
    let output = Command::new(child)
        .args(["--exact", "tail_call::child", "--ignored", "--nocapture"])
        .env(CHILD, name)
        .output()
        .expect("it runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains(BEFORE), "{name}: {output:?}");
    printed.contains(AFTER)
}

#[test]
#[ignore = "run by the guard, in a process of its own"]
fn child() {
    let name = env::var(CHILD).expect("the guard names the case");
    let case = cases().into_iter().find(|case| case.name == name).expect("there is one");
    println!("{BEFORE}");
    let results = plain::call(&case).expect("it returns");
    assert_eq!(results, case.right);
    println!("{AFTER}");
}

#[test]
fn the_interpreter_loses_the_frame_of_the_caller() {
    let right: Vec<_> =
        lost().into_iter().map(|case| case.name).filter(|name| is_right(name)).collect();
    let mending = TAIL_CALL.mending;
    assert!(
        right.is_empty(),
        "the interpreter has changed ({}). Where all cases are right, \
         runtime/prepare/src/mend/{mending} can go: {right:?}",
        TAIL_CALL.effect
    );
    for case in kept() {
        assert!(is_right(&case.name), "{}", case.name);
    }
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
