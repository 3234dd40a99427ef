//! An integer store of a local variable at itself.

use crate::{
    case::{Alone, Case},
    fault::STORE,
    plain::guard,
};

/// Stores of the local variable 0, where to, how the value is loaded again, and whether it is an i64.
const STORES: [(&str, &str, bool); 7] = [
    ("i32.store", "i32.load", false),
    ("i32.store8", "i32.load8_u", false),
    ("i32.store16", "i32.load16_u", false),
    ("i64.store", "i64.load", true),
    ("i64.store8", "i64.load8_u", true),
    ("i64.store16", "i64.load16_u", true),
    ("i64.store32", "i64.load32_u", true),
];

/// Memories, offsets, and whether the interpreter fails.
const PLACES: [(&str, u32, bool); 7] = [
    ("", 0, false),
    ("", 65_535, false),
    ("", 65_536, true),
    ("", 70_000, true),
    ("1", 0, true),
    ("1", 8, true),
    ("1", 70_000, true),
];

fn case(store: (&str, &str, bool), place: (&str, u32, bool)) -> Case {
    let ((store, load, long), (memory, offset, fails)) = (store, place);
    let (extend, wrap) = if long { ("(i64.extend_i32_u)", "(i32.wrap_i64)") } else { ("", "") };
    let text = format!(
        r#"(module (memory 2 2) (memory 2 2) (func (export "f") (param i32) (result i32)
             (local.tee 0 (i32.add (local.get 0) (i32.const 4)))
             (local.get 0) {extend} ({store} {memory} offset={offset})
             ({load} {memory} offset={offset} (local.get 0)) {wrap}))"#
    );
    let case = Case::new(format!("{store} {memory} offset={offset}"), text).argument(4).right(8);
    if fails { case.alone(Alone::Panics) } else { case }
}

/// Floats have stores of one register at another.
fn float() -> Case {
    let text = r#"(module (memory 2 2) (func (export "f") (param i32) (result f32) (local f32)
        (local.set 1 (f32.add (local.get 1) (f32.const 2)))
        (f32.store offset=70000
            (local.tee 0 (i32.add (local.get 0) (i32.const 4))) (local.get 1))
        (f32.load offset=70000 (local.get 0))))"#;
    Case::new("f32.store", text).argument(4).right(2.0_f32)
}

#[cfg(feature = "memory64")]
fn memory64() -> Vec<Case> {
    let case = |memory: &str, offset: u32| {
        let text = format!(
            r#"(module (memory i64 2 2) (memory i64 2 2) (func (export "f") (param i64) (result i64)
                 (local.tee 0 (i64.add (local.get 0) (i64.const 4)))
                 (local.get 0) (i64.store {memory} offset={offset})
                 (i64.load {memory} offset={offset} (local.get 0))))"#
        );
        Case::new(format!("memory64 {memory} {offset}"), text).argument(4_i64).right(8_i64)
    };
    vec![case("", 8), case("", 70_000).alone(Alone::Panics), case("1", 8).alone(Alone::Panics)]
}

/// Calls of functions that were found in programs.
fn found() -> Vec<Case> {
    let case = |name, text: &str| Case::new(name, text).argument(4).alone(Alone::Panics);
    vec![
        case("offset", include_str!("inputs/store-offset-64k.wat")),
        case("second memory", include_str!("inputs/store-second-memory-i64.wat")),
        case("same local", include_str!("inputs/store-same-local.wat")),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = found();
    cases.push(float());
    for store in STORES {
        cases.extend(PLACES.map(|place| case(store, place)));
    }
    #[cfg(feature = "memory64")]
    cases.extend(memory64());
    cases
}

#[test]
fn the_interpreter_panics_where_it_translates_the_store() {
    guard(STORE, &cases());
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
