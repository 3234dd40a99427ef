//! Growing a memory that the module imports twice.

use crate::{
    case::{Alone, Case},
    fault::MEMORY_GROW,
    plain::guard,
};

/// The host's memory of one page, twice, and a function that grows the second and reaches the first.
fn case(name: &str, body: &str) -> Case {
    Case::new(
        name,
        format!(
            r#"(module
                 (import "env" "memory" (memory $a 1 3)) (import "env" "memory" (memory $b 1 3))
                 (func $grow (param i32) (result i32) (memory.grow $b (local.get 0)))
                 (func (export "f") (param i32) (result i32) {body}))"#
        ),
    )
}

/// An address in the page that is new.
const NEW: i32 = 65_536;

pub(crate) fn cases() -> Vec<Case> {
    let store = "(i32.store $a (local.get 0) (i32.const 77)) (i32.load $b (local.get 0))";
    let grown = |name: &str, grow: &str| {
        let case = case(name, &format!("(drop {grow}) {store}")).right(77);
        case.argument(NEW).alone(Alone::Traps)
    };
    vec![
        grown("by a constant", "(memory.grow $b (i32.const 1))"),
        grown("by a value", "(memory.grow $b (i32.div_u (local.get 0) (i32.const 65536)))"),
        grown("by a call", "(call $grow (i32.const 1))"),
        grown("by the first", "(memory.grow $a (i32.const 1))").alone(Alone::Right),
        case("size before", "(memory.grow $b (local.get 0))").argument(1).right(1),
        case("refused", "(memory.grow $b (local.get 0))").argument(3).right(-1),
        case("size", "(drop (memory.grow $b (local.get 0))) (memory.size $a)").argument(2).right(3),
    ]
}

#[test]
fn the_interpreter_does_not_see_that_the_memory_has_grown() {
    guard(MEMORY_GROW, &cases());
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
