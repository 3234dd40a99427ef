//! Modules that have much to allocate, each of another kind.

use std::fmt::Write;

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is a module")
}

/// Such modules, with their names.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut many =
        String::from("(module (memory 1) (table 8 funcref) (global $g (mut i32) (i32.const 0))");
    for index in 0..12 {
        write!(
            many,
            "(func $f{index} (export \"f{index}\") (param i32 i64) (result i32)
                (local f32 f64)
                (block (result i32)
                    (loop (br_if 0 (i32.eqz (local.get 0))))
                    (global.set $g (i32.add (global.get $g) (local.get 0)))
                    (if (result i32) (local.get 0)
                        (then (i32.load (local.get 0)))
                        (else (i32.wrap_i64 (local.get 1))))))"
        )
        .expect("a text");
    }
    many.push_str(
        "(elem (i32.const 0) $f0 $f1 $f2 $f3) (data (i32.const 3) \"abc\") (data \"passive\"))",
    );
    let exports: String = (0..60).map(|n| format!("(export \"export{n}\" (func 0))")).collect();
    let imports: String = (0..20)
        .map(|n| format!("(import \"m{n}\" \"f\" (func (param i32) (result i64)))"))
        .collect();
    let types: String = (0..30)
        .map(|n| format!("(type (func (param {}) (result i32 i64)))", "i32 f64 ".repeat(n)))
        .collect();
    let cases = "0 ".repeat(90);
    vec![
        ("empty", binary("(module)")),
        ("many things", binary(&many)),
        ("exports", binary(&format!("(module (func) {exports})"))),
        ("imports", binary(&format!("(module {imports})"))),
        ("types", binary(&format!("(module {types})"))),
        (
            "a switch",
            binary(&format!(
                "(module (func (param i32) (block (br_table {cases} 0 (local.get 0)))))"
            )),
        ),
        ("invalid", binary("(module (func (result i32)))").to_vec()),
        ("truncated", binary(&many).split_off(0)[..300].to_vec()),
    ]
}

/// What a guest does in its life.
pub(crate) const GUEST: &str = include_str!("../../../boards/scenarios/guests/life.wat");
