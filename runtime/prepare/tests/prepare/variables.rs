//! The bound of functions with many local variables.

use std::fmt::Write;
use vellum_prepare::{Loading, Options, prepare};

fn peak(text: &str) -> usize {
    let module = wat::parse_str(text).unwrap();
    let module = prepare(&module, &Options::new()).unwrap();
    module.bound(Loading::default()).unwrap().load.peak
}

/// A vector that has room for six gets room for 12, 24, … 384, and one for eight for 16, 32, … 256.
#[test]
fn groups_of_local_variables_decide_how_vectors_grow() {
    let rest = "(local i32 i64)".repeat(110);
    let at_once = peak(&format!(
        "(module (func (local i32 i32 i32 i32 i32 i32) (local i64 i64 i64)) (func {rest}))"
    ));
    let others = peak(&format!(
        "(module (func (local i32 i32 i32 i32 i32 i32 i32 i32) (local i64)) (func {rest}))"
    ));
    assert!(at_once >= others + 4 * (384 - 256), "{at_once} {others}");
}

/// Each branch carries so many values that the functions behind are no longer followed.
#[test]
fn local_variables_count_where_the_type_of_a_function_is_not_looked_up() {
    const VALUES: usize = 500;
    let mut wide = String::from("(module (func (result");
    wide.push_str(&" i32".repeat(VALUES));
    wide.push(')');
    for _ in 0..VALUES {
        wide.push_str("(i32.const 1)");
    }
    for _ in 0..VALUES {
        wide.push_str("(br_if 0 (i32.const 1))");
    }
    wide.push(')');
    let with = |variables: usize| {
        let mut module = wide.clone();
        write!(module, "(func (local{})))", " i64".repeat(variables)).unwrap();
        peak(&module)
    };
    // Seven bytes for each, while vectors grow.
    assert!(with(20_000) >= with(0) + 7 * 20_000);
}
