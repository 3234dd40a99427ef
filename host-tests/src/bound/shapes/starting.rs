//! Modules whose start function calls all others.

use fastrand::Rng;
use std::fmt::Write as _;

/// A module with functions of many kinds, which all return.
///
/// # Panics
///
/// If it is no module.
pub(crate) fn module(rng: &mut Rng) -> Vec<u8> {
    let functions = rng.usize(1..12);
    let mut text = String::from("(module (memory 1) (global $g (mut i32) (i32.const 0))\n");
    let mut calls = String::new();
    for function in 0..functions {
        let body = body(rng);
        let _ = writeln!(text, "(func $f{function} {body})");
        let _ = write!(calls, "(call $f{function})");
    }
    let _ = write!(text, "(func $start {calls}) (start $start))");
    wat::parse_str(text).expect("the text is a module")
}

fn body(rng: &mut Rng) -> String {
    let count = 1 << rng.usize(0..9);
    match rng.u8(..6) {
        0 => "(global.set $g (i32.add (global.get $g) (i32.const 100000)))".repeat(count),
        1 => format!("{}{}", "(block ".repeat(count), ")".repeat(count)),
        2 => {
            let (push, add) =
                ("(i32.load (global.get $g))".repeat(count), "i32.add ".repeat(count));
            format!("{push} i32.const 1 {add} drop")
        }
        3 => format!("(local {}) (local.set 0 (i64.const 1))", "i64 f32 ".repeat(count)),
        4 => {
            let depth = count.min(100);
            let targets: String = (0..depth).map(|target| format!("{target} ")).collect();
            let (open, close) = ("(block ".repeat(depth), ")".repeat(depth));
            format!("{open} (br_table {targets} 0 (global.get $g)) {close}")
        }
        _ => "(if (global.get $g) (then (global.set $g (i32.const 2))) (else (nop)))".repeat(count),
    }
}
